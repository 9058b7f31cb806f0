locals {
  # a check names the tables of the database that the canvases name
  check_texts = {
    for file in fileset("${path.module}/${var.checks_dir}", "*.sql") :
    trimsuffix(file, ".sql") => replace(file("${path.module}/${var.checks_dir}/${file}"), "${local.ddl_database}.", "${local.database}.")
  }
  checks = {
    for name, text in local.check_texts :
    name => replace(replace(text, "$${personal_values}", local.manifest.personal_values), "$${database}", local.database)
  }
  queries = {
    for file in fileset("${path.module}/${var.queries_dir}", "*.sql") :
    trimsuffix(file, ".sql") => replace(file("${path.module}/${var.queries_dir}/${file}"), "${local.ddl_database}.", "${local.database}.")
  }
}

# Results of checks show landing rows, so analysts have a workgroup and a place for results of their own.
resource "aws_athena_workgroup" "this" {
  #checkov:skip=CKV_AWS_159:a KMS key is a variable, S3's own keys are the default
  for_each      = { engineers = "athena/", analysts = "athena-analysts/" }
  name          = each.key == "engineers" ? local.name : "${local.name}-${each.key}"
  description   = "Queries of ${each.key} over the ${var.environment} lakehouse"
  force_destroy = true # it holds no data, and after its first query Athena would otherwise refuse to delete it

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_bytes_limit

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.this["assets"].id}/${each.value}"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "ddl" {
  for_each    = local.tables
  name        = "ddl ${each.key}"
  description = "Creates ${each.key}, as Terraform does"
  database    = aws_glue_catalog_database.this.name
  workgroup   = aws_athena_workgroup.this["engineers"].id
  query       = replace(replace(each.value.statement, "$${database}", local.database), "$${bucket}", local.lake_bucket)
}

resource "aws_athena_named_query" "check" {
  for_each    = local.checks
  name        = "check ${each.key}"
  description = "A row returned is a failure"
  database    = aws_glue_catalog_database.this.name
  workgroup   = aws_athena_workgroup.this["engineers"].id
  query       = each.value
}

resource "aws_athena_named_query" "query" {
  for_each    = local.queries
  name        = "query ${each.key}"
  description = trimprefix(split("\n", each.value)[0], "-- ")
  database    = aws_glue_catalog_database.this.name
  workgroup   = aws_athena_workgroup.this["engineers"].id
  query       = each.value
}
