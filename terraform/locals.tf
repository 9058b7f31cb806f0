locals {
  name      = "${var.prefix}-${var.environment}"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  # with a security configuration Glue names the groups itself, see "Logging for AWS Glue jobs"
  log_prefix    = var.kms_key_arn == null ? "/aws-glue/jobs/${local.name}" : "/aws-glue/jobs/${local.name}-role/${local.name}-jobs"
  lake_bucket   = "${local.name}-lake-${local.account}-${local.region}"
  assets_bucket = "${local.name}-assets-${local.account}-${local.region}"
  logs_bucket   = "${local.name}-logs-${local.account}-${local.region}"

  glue_arn = "arn:${local.partition}:glue:${local.region}:${local.account}"
  logs_arn = "arn:${local.partition}:logs:${local.region}:${local.account}"
}

# What `make compile` found in canvases and DDL, and the files that it looked at.
locals {
  manifest  = jsondecode(file("${path.module}/${var.manifest}"))
  made_of   = { ddl = var.ddl_dir, studio_jobs = var.studio_jobs_dir }
  files_now = { for kind, folder in local.made_of : kind => setunion(fileset("${path.module}/${folder}", "*.sql"), fileset("${path.module}/${folder}", "*/*.json"), fileset("${path.module}/${folder}", "*/*.py")) }
  stale = sort(concat(
    flatten([for kind, folder in local.made_of : [
      for file, hash in local.manifest.made_of[kind] : "${folder}/${file}" if try(filesha256("${path.module}/${folder}/${file}"), "") != hash
    ]]),
    flatten([for kind, folder in local.made_of : [for file in local.files_now[kind] : "${folder}/${file}" if !contains(keys(local.manifest.made_of[kind]), file)]]),
  ))
}

locals {
  # the canvases name one database, which has another name in another environment
  ddl_database = local.manifest.database
  is_default   = var.prefix == local.ddl_database && var.environment == "prod"
  database     = local.is_default ? local.ddl_database : replace("${var.prefix}_${var.environment}", "-", "_")

  tables         = local.manifest.tables
  landing_tables = tolist(local.manifest.landing_tables)
  zone_tables    = tolist(local.manifest.zone_tables)
  prefixes       = { for table, definition in local.tables : table => definition.folder }
  locations      = { for table, folder in local.prefixes : table => "s3://${local.lake_bucket}/${folder}" }

  first_jobs  = tolist(local.manifest.first_jobs)
  last_jobs   = tolist(local.manifest.last_jobs)
  triggers    = { for name, trigger in local.manifest.triggers : name => { after = tolist(trigger.after), jobs = tolist(trigger.jobs) } }
  canvases    = { for job in keys(local.manifest.jobs) : job => "${path.module}/${var.studio_jobs_dir}/${job}/${job}.json" }
  definitions = { for job, canvas in local.canvases : job => jsondecode(file(canvas)) if fileexists(canvas) }
}

# What a run costs: DPUs of the workers, times time, times price (AWS Glue pricing: per second, at least a minute).
locals {
  worker_dpus = {
    "G.025X" = 0.25, "G.1X" = 1, "G.2X" = 2, "G.4X" = 4, "G.8X" = 8, "G.12X" = 12, "G.16X" = 16,
    "R.1X"   = 1, "R.2X" = 2, "R.4X" = 4, "R.8X" = 8, "Z.2X" = 2,
  }
  dpus = { for job, definition in local.definitions : job => definition.numberOfWorkers * local.worker_dpus[definition.workerType] }

  highest_cost = sum([for job, definition in local.definitions : local.dpus[job] * definition.timeout * (1 + definition.maxRetries) / 60 * var.dpu_hour_price])
  lowest_cost  = sum([for job, definition in local.definitions : local.dpus[job] / 60 * var.dpu_hour_price])
}
