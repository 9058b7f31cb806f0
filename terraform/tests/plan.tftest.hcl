# Plans without AWS: the graph of jobs and triggers, the tables, names of two environments.
# `make tf-test` runs it: the folders beside this file, such as tests/diamond, are made by tests/terraform/job_repositories.py.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:mock" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mock" }
  }
  mock_resource "aws_glue_catalog_database" {
    defaults = { arn = "arn:aws:glue:eu-west-1:123456789012:database/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:mock" }
  }
  mock_resource "aws_athena_workgroup" {
    defaults = { arn = "arn:aws:athena:eu-west-1:123456789012:workgroup/mock" }
  }
}

variables {
  push_canvases = false
}

run "our_jobs" {
  command = plan

  assert {
    condition     = length(aws_glue_job.this) == 5 && length(aws_glue_catalog_table.this) == 8
    error_message = "There are five jobs and eight tables."
  }
  assert {
    condition     = local.first_jobs == tolist(["customer_landing_to_trusted"])
    error_message = "The start trigger starts the job that needs landing tables only."
  }
  assert {
    condition = { for name, trigger in local.triggers : join(",", trigger.after) => join(",", trigger.jobs) } == {
      "customer_landing_to_trusted"                                      = "accelerometer_landing_to_trusted"
      "accelerometer_landing_to_trusted,customer_landing_to_trusted"     = "customer_trusted_to_curated"
      "customer_trusted_to_curated"                                      = "step_trainer_landing_to_trusted"
      "accelerometer_landing_to_trusted,step_trainer_landing_to_trusted" = "machine_learning_curated"
    }
    error_message = "A trigger waits for the writers of the tables that its jobs read."
  }
  assert {
    condition     = aws_glue_trigger.start.type == "ON_DEMAND" && aws_glue_trigger.start.enabled == false
    error_message = "The apply must not start the workflow."
  }
  assert {
    condition     = local.landing_tables == tolist(["accelerometer_landing", "customer_landing", "step_trainer_landing"])
    error_message = "Landing tables are those that no job writes."
  }
  assert {
    condition = alltrue([
      for job in aws_glue_job.this : job.worker_type == "G.1X" && job.number_of_workers == 2 && job.timeout <= 30 && job.execution_class == "STANDARD"
    ])
    error_message = "Jobs are small and end soon."
  }
  assert {
    condition     = local.zone_tables == tolist(["accelerometer_trusted", "customer_trusted", "customers_curated", "machine_learning_curated", "step_trainer_trusted"])
    error_message = "Zone tables are those that jobs write."
  }
  assert {
    condition     = alltrue([for crawler in aws_glue_crawler.this : crawler.schema_change_policy[0].delete_behavior == "LOG" && crawler.schema_change_policy[0].update_behavior == "LOG"])
    error_message = "A crawler changes no column."
  }
  assert {
    condition     = output.highest_cost_of_a_run == format("%.2f", sum([for job in aws_glue_job.this : 2 * job.timeout / 60 * 0.44]))
    error_message = "The estimate follows from workers, timeouts and price."
  }
  assert {
    condition     = output.lowest_cost_of_a_run == format("%.2f", 5 * 2 / 60 * 0.44)
    error_message = "A run costs a minute of each job at least."
  }
  assert {
    condition = length(aws_s3_bucket_lifecycle_configuration.this) == 3 && alltrue([
      for rules in aws_s3_bucket_lifecycle_configuration.this : one([for rule in rules.rule : rule.noncurrent_version_expiration[0].noncurrent_days if rule.id == "old-versions"]) == 7
    ])
    error_message = "Old versions are gone after a week, in every bucket."
  }
  assert {
    condition     = sort([for rule in aws_s3_bucket_lifecycle_configuration.this["assets"].rule : rule.id]) == tolist(["delete-markers", "old-versions", "temporary-athena", "temporary-athena-analysts", "temporary-temporary"])
    error_message = "Temporary files and query results expire."
  }
}

run "two_environments_do_not_clash" {
  command = plan

  variables {
    environment = "dev"
  }

  assert {
    condition     = aws_glue_catalog_database.this.name == "stedi_dev"
    error_message = "Another environment has a database of its own."
  }
  assert {
    condition     = alltrue([for name in values(local.job_names) : startswith(name, "stedi-dev-")]) && local.lake_bucket == "stedi-dev-lake-123456789012-eu-west-1"
    error_message = "Every name carries the environment."
  }
  assert {
    condition     = alltrue([for script in values(local.scripts) : strcontains(script, "database=\"stedi_dev\"") && !strcontains(script, "\"stedi\"")])
    error_message = "Scripts read and write the environment's own database."
  }
  assert {
    condition     = alltrue([for query in values(local.checks) : !can(regex("\\bstedi\\.", query))])
    error_message = "Checks look at the environment's own database."
  }
  assert {
    condition     = strcontains(local.checks["machine_learning_curated_no_personal_columns"], "table_schema = 'stedi_dev'") && alltrue([for query in values(local.checks) : !strcontains(query, "$${")])
    error_message = "Checks of the catalog name the environment's own database."
  }
}

run "two_projects_do_not_clash" {
  command = plan

  variables {
    prefix = "other"
  }

  assert {
    condition     = local.database == "other_prod" && alltrue([for name in values(local.job_names) : startswith(name, "other-prod-")])
    error_message = "Every name carries the prefix."
  }
}

run "a_schedule_starts_the_workflow" {
  command = plan

  variables {
    schedule             = "cron(0 4 * * ? *)"
    crawlers_in_workflow = true
  }

  assert {
    condition     = aws_glue_trigger.start.type == "SCHEDULED" && aws_glue_trigger.start.enabled
    error_message = "The start trigger follows the schedule."
  }
  assert {
    condition     = length(aws_glue_trigger.crawlers) == 1 && local.last_jobs == tolist(["machine_learning_curated"])
    error_message = "Crawlers run after the last job."
  }
  assert {
    condition     = alltrue([for crawler in aws_glue_crawler.this : crawler.schedule == null])
    error_message = "Crawlers of the workflow have no schedule of their own."
  }
}

run "a_diamond" {
  command = plan

  variables {
    studio_jobs_dir = "tests/diamond/studio_jobs"
    ddl_dir         = "tests/diamond/ddl"
    manifest        = "tests/diamond/lakehouse.json"
  }

  assert {
    condition     = local.first_jobs == tolist(["top"])
    error_message = "The diamond starts at its top."
  }
  assert {
    condition = { for name, trigger in local.triggers : join(",", trigger.after) => join(",", trigger.jobs) } == {
      "top"        = "left,right"
      "left,right" = "bottom"
    }
    error_message = "Both sides start at once, the bottom waits for both."
  }
  assert {
    condition     = alltrue([for table in aws_glue_catalog_table.this : table.parameters["classification"] == "parquet"])
    error_message = "The layout of a DDL does not matter."
  }
  assert {
    condition     = aws_glue_catalog_table.this["e"].partition_keys[0].name == "day"
    error_message = "Partition keys are the statement's."
  }
}

run "an_added_job" {
  command = plan

  variables {
    studio_jobs_dir = "tests/added/studio_jobs"
    ddl_dir         = "tests/diamond/ddl"
    manifest        = "tests/added/lakehouse.json"
  }

  assert {
    condition     = contains(keys(aws_glue_job.this), "added") && contains([for trigger in values(local.triggers) : join(",", trigger.jobs) if trigger.after == tolist(["bottom"])], "added")
    error_message = "A folder is enough for a job and its trigger."
  }
}

run "an_old_manifest_fails_the_plan" {
  command = plan

  variables {
    studio_jobs_dir = "tests/added/studio_jobs"
    ddl_dir         = "tests/diamond/ddl"
    manifest        = "tests/diamond/lakehouse.json"
  }

  expect_failures = [aws_glue_catalog_database.this]
}

run "analysts_read_the_training_data_alone" {
  command = plan

  assert {
    condition     = local.analysts_tables == tolist(["machine_learning_curated"]) && length(output.personal_columns_of_analysts) == 0
    error_message = "Analysts read no table in which a column names a person."
  }
}

run "analysts_read_what_they_are_given" {
  command = plan

  variables {
    analysts_tables = ["customer_trusted", "step_trainer_trusted"]
  }

  assert {
    condition     = local.analysts_tables == tolist(["customer_trusted", "step_trainer_trusted"]) && join(" ", keys(output.personal_columns_of_analysts)) == "customer_trusted"
    error_message = "Further tables are given by name, and the output says which have personal columns."
  }
}

run "analysts_read_no_landing_table" {
  command = plan

  variables {
    analysts_tables = ["customer_landing"]
  }

  expect_failures = [aws_iam_policy.analysts]
}

run "lake_formation_grants_nothing_by_default" {
  command = plan

  assert {
    condition     = length(aws_lakeformation_permissions.table) == 0 && length(aws_lakeformation_permissions.database) == 0
    error_message = "Most accounts leave the catalog to IAM."
  }
}

run "lake_formation_grants_what_iam_allows" {
  command = plan

  variables {
    lake_formation           = true
    lake_formation_engineers = ["arn:aws:iam::123456789012:role/engineer"]
    lake_formation_analysts  = ["arn:aws:iam::123456789012:role/analyst"]
  }

  assert {
    condition     = length(aws_lakeformation_permissions.table) == 3 * 8 + 1 && length(aws_lakeformation_permissions.database) == 4
    error_message = "Jobs, crawlers and engineers have every table, an analyst the training data alone."
  }
  assert {
    condition = alltrue([
      for key, grant in aws_lakeformation_permissions.table :
      tolist(grant.permissions) == tolist(["DESCRIBE", "SELECT"]) if strcontains(key, "landing") && startswith(key, "jobs")
    ])
    error_message = "Jobs change no landing table."
  }
}

run "names_and_numbers_are_checked" {
  command = plan

  variables {
    prefix             = "Not_a_name"
    environment        = "far-too-long"
    old_versions_days  = 0
    log_retention_days = 2
    schedule           = "every day"
    alarm_email        = "nobody"
    endpoint_url       = "http://example.com"
    athena_bytes_limit = 1

    lake_formation_analysts  = ["analyst"]
    lake_formation_engineers = ["engineer"]
  }

  expect_failures = [
    var.prefix, var.environment, var.old_versions_days, var.log_retention_days, var.schedule, var.alarm_email,
    var.endpoint_url, var.athena_bytes_limit, var.lake_formation_analysts, var.lake_formation_engineers,
  ]
}
