locals {
  # the canvases name one database; where it has another name here, so do scripts and canvases
  scripts = {
    for job in keys(local.definitions) :
    job => replace(file("${path.module}/${var.studio_jobs_dir}/${job}/${job}.py"), "\"${local.ddl_database}\"", "\"${local.database}\"")
  }
  job_names  = { for job in keys(local.definitions) : job => local.is_default ? job : "${local.name}-${job}" }
  in_queries = [for job, found in local.manifest.jobs : job if found.names_database_in_query]
}

# Without a KMS key the bucket's own encryption is enough, and a security configuration would only move the logs.
resource "aws_glue_security_configuration" "this" {
  count = var.kms_key_arn == null ? 0 : 1
  name  = local.name

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = var.kms_key_arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.kms_key_arn
    }

    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.kms_key_arn
    }
  }
}

resource "aws_s3_object" "script" {
  #checkov:skip=CKV_AWS_186:the bucket encrypts, with a KMS key where one is given
  for_each     = local.scripts
  bucket       = aws_s3_bucket.this["assets"].id
  key          = "scripts/${each.key}.py"
  content      = each.value
  content_type = "text/x-python"
  source_hash  = md5(each.value)
}

resource "aws_glue_job" "this" {
  for_each                = local.definitions
  name                    = local.job_names[each.key]
  description             = each.value.description
  role_arn                = aws_iam_role.jobs.arn
  glue_version            = each.value.glueVersion
  worker_type             = each.value.workerType
  number_of_workers       = each.value.numberOfWorkers
  timeout                 = each.value.timeout
  max_retries             = each.value.maxRetries
  execution_class         = each.value.executionClass
  security_configuration  = one(aws_glue_security_configuration.this[*].name)
  job_run_queuing_enabled = true

  command {
    name            = each.value.command.name
    python_version  = each.value.command.pythonVersion
    script_location = "s3://${aws_s3_bucket.this["assets"].id}/${aws_s3_object.script[each.key].key}"
  }

  # after these minutes Glue sends the event that operation.tf passes on
  notification_property {
    notify_delay_after = max(1, floor(var.longest_run_minutes / length(local.definitions)))
  }

  execution_property {
    max_concurrent_runs = each.value.executionProperty.maxConcurrentRuns
  }

  default_arguments = merge(each.value.defaultArguments, {
    "--TempDir"                          = "s3://${aws_s3_bucket.this["assets"].id}/temporary/"
    "--enable-continuous-cloudwatch-log" = "true"
  }, var.kms_key_arn == null ? { "--custom-logGroup-prefix" = local.log_prefix } : {})

  lifecycle {
    precondition {
      condition     = local.is_default || length(local.in_queries) == 0
      error_message = "A query that names ${local.ddl_database} would read another environment's tables: ${join(", ", local.in_queries)}. Make the table a source node."
    }
  }

  depends_on = [aws_iam_role_policy.jobs]
}

# UpdateJob loses what the provider does not know: canvas and JobMode. So they follow every change of a job.
resource "terraform_data" "canvas" {
  for_each = var.push_canvases ? local.definitions : {}

  triggers_replace = [
    filesha256("${path.module}/${var.studio_jobs_dir}/${each.key}/${each.key}.json"),
    aws_s3_object.script[each.key].source_hash,
  ]

  lifecycle {
    replace_triggered_by = [aws_glue_job.this[each.key]]
  }

  provisioner "local-exec" {
    command     = "\"$GLUE_CANVAS\" push \"$JOB\" --folder \"$FOLDER\" --as \"$JOB_NAME\" --database \"$DATABASE\" --adopt"
    working_dir = path.module

    environment = merge({
      GLUE_CANVAS = var.glue_canvas
      JOB         = each.key
      JOB_NAME    = aws_glue_job.this[each.key].name
      FOLDER      = var.studio_jobs_dir
      DATABASE    = "${local.ddl_database}=${local.database}"
      # the AWS SDKs do not agree on one name
      AWS_REGION         = local.region
      AWS_DEFAULT_REGION = local.region
    }, var.endpoint_url == null ? {} : { AWS_ENDPOINT_URL = var.endpoint_url })
  }
}
