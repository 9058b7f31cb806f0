output "account" {
  description = "Account that all of it is in."
  value       = local.account
}

output "region" {
  description = "Region that all of it is in."
  value       = local.region
}

output "buckets" {
  description = "All buckets: lake, assets and logs."
  value       = [for kind in ["lake", "assets", "logs"] : aws_s3_bucket.this[kind].id]
}

output "lake_bucket" {
  description = "Bucket of the landing and zone tables."
  value       = aws_s3_bucket.this["lake"].id
}

output "assets_bucket" {
  description = "Bucket of scripts, temporary files and query results."
  value       = aws_s3_bucket.this["assets"].id
}

output "landing" {
  description = "Landing table to the place where its files go."
  value       = { for table in local.landing_tables : table => local.locations[table] }
}

output "database" {
  description = "Database of the tables."
  value       = aws_glue_catalog_database.this.name
}

output "jobs" {
  description = "Job folder to the job's name in AWS."
  value       = { for job, resource in aws_glue_job.this : job => resource.name }
}

output "workflow" {
  description = "Workflow that runs the jobs in their order."
  value       = aws_glue_workflow.this.name
}

output "start_trigger" {
  description = "Trigger that starts the workflow."
  value       = aws_glue_trigger.start.name
}

output "triggers" {
  description = "Trigger to the jobs it waits for and the jobs it starts."
  value       = local.triggers
}

output "athena_workgroup" {
  description = "Workgroup for queries; the DDL and the checks are its saved queries."
  value       = aws_athena_workgroup.this["engineers"].name
}

output "analysts_workgroup" {
  description = "Workgroup for people with the analysts' policy."
  value       = aws_athena_workgroup.this["analysts"].name
}

output "analysts_policy" {
  description = "ARN of the policy for people who query the zone tables."
  value       = aws_iam_policy.analysts.arn
}

output "personal_columns_of_analysts" {
  description = "Table to the columns naming a person that people with the analysts' policy can read."
  value       = { for table in local.analysts_tables : table => local.tables[table].personal if length(local.tables[table].personal) > 0 }
}

output "alarms_topic" {
  description = "SNS topic that is told of failures."
  value       = aws_sns_topic.alarms.arn
}

output "highest_cost_of_a_run" {
  description = "US dollars that a run of the workflow costs at most: every job until its timeout, each attempt."
  value       = format("%.2f", local.highest_cost)
}

output "lowest_cost_of_a_run" {
  description = "US dollars that a run costs at least: Glue bills a minute of each job."
  value       = format("%.2f", local.lowest_cost)
}
