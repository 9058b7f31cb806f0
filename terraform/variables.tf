variable "prefix" {
  description = "First part of every name, so that several projects live in one account."
  type        = string
  default     = "stedi"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,14}[a-z0-9]$", var.prefix))
    error_message = "The prefix has 3 to 16 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Second part of every name. With the prefix `stedi` in `prod`, database and jobs have the names that the canvases give them, elsewhere `<prefix>_<environment>` and `<prefix>-<environment>-<job>`."
  type        = string
  default     = "prod"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment has 2 to 8 lower-case letters and digits, and begins with a letter."
  }
}

variable "region" {
  description = "AWS region; null takes the one that the AWS CLI would (AWS_REGION, profile)."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is one like eu-west-1, or null."
  }
}

variable "tags" {
  description = "Further tags of every resource."
  type        = map(string)
  default     = {}
}

variable "studio_jobs_dir" {
  description = "Folder of job folders, `<job>/<job>.json` and `<job>.py`; a path from this folder, or an absolute one."
  type        = string
  default     = "../studio_jobs"
}

variable "ddl_dir" {
  description = "Folder of `CREATE EXTERNAL TABLE` files, one a table."
  type        = string
  default     = "../ddl"
}

variable "manifest" {
  description = "What `make compile` found in both folders: tables, jobs, triggers, personal columns."
  type        = string
  default     = "lakehouse.json"
}

variable "checks_dir" {
  description = "Folder of Athena checks, one query a file."
  type        = string
  default     = "../tests/athena"
}

variable "queries_dir" {
  description = "Folder of further queries that Athena saves, one a file."
  type        = string
  default     = "../scripts/queries"
}

variable "analysts_read_personal_columns" {
  description = "Whether the analysts' policy covers zone tables with columns that name a person, such as e-mail addresses."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "KMS key that encrypts buckets, logs and query results; null takes the keys that S3 and CloudWatch manage."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The KMS key is given by its ARN, arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "force_destroy" {
  description = "Let `terraform destroy` remove buckets that hold objects. Without it the data is safe from a destroy."
  type        = bool
  default     = false
}

variable "old_versions_days" {
  description = "Days after which old versions of lake objects are gone; a withdrawn consent lives on in them until then."
  type        = number
  default     = 7

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 90 && floor(var.old_versions_days) == var.old_versions_days
    error_message = "Old versions are kept for 1 to 90 whole days."
  }
}

variable "temporary_days" {
  description = "Days after which temporary files and query results are gone."
  type        = number
  default     = 7

  validation {
    condition     = var.temporary_days >= 1 && floor(var.temporary_days) == var.temporary_days
    error_message = "Temporary files are kept for at least one whole day."
  }
}

variable "lifecycle_rules" {
  description = "Whether buckets get lifecycle rules. Only a rehearsal turns them off: the provider waits a minute for each."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that logs of jobs and crawlers are kept; one of the numbers that CloudWatch Logs takes."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "schedule" {
  description = "When the workflow starts, as `cron(...)` in UTC; null starts it on demand only."
  type        = string
  default     = null

  validation {
    condition     = var.schedule == null || can(regex("^cron\\(.+\\)$", var.schedule))
    error_message = "The schedule is a cron expression of AWS, such as cron(0 4 * * ? *)."
  }
}

variable "crawlers_in_workflow" {
  description = "Run the crawlers at the end of the workflow; each costs at least ten minutes of DPU."
  type        = bool
  default     = false
}

variable "crawler_schedule" {
  description = "When the crawlers run outside the workflow, as `cron(...)` in UTC; null runs them by hand only."
  type        = string
  default     = "cron(0 3 ? * SUN *)"

  validation {
    condition     = var.crawler_schedule == null || can(regex("^cron\\(.+\\)$", var.crawler_schedule))
    error_message = "The schedule is a cron expression of AWS, such as cron(0 3 ? * SUN *)."
  }
}

variable "push_canvases" {
  description = "Put the canvases on the jobs after each change of theirs; without it, Studio shows the jobs as scripts."
  type        = bool
  default     = true
}

variable "glue_canvas" {
  description = "The command glue-canvas; a path from this folder, an absolute one, or a name on PATH."
  type        = string
  default     = "../.venv/bin/glue-canvas"
}

variable "endpoint_url" {
  description = "Address of an AWS endpoint on this machine for rehearsals; null is AWS."
  type        = string
  default     = null

  validation {
    condition     = var.endpoint_url == null || can(regex("^https?://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?$", var.endpoint_url))
    error_message = "A rehearsal's endpoint is on this machine: http://127.0.0.1:<port>."
  }
}

variable "alarm_email" {
  description = "Who gets a mail when a job or crawler fails or the workflow takes too long; null: nobody, the SNS topic is there."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "That is no e-mail address."
  }
}

variable "longest_run_minutes" {
  description = "Minutes that a run of the workflow may take; who is told of failures hears of a job that takes more than its equal part."
  type        = number
  default     = 60

  validation {
    condition     = var.longest_run_minutes >= 5 && var.longest_run_minutes <= 1440
    error_message = "A run takes between 5 minutes and a day."
  }
}

variable "athena_bytes_limit" {
  description = "Bytes that one Athena query may scan."
  type        = number
  default     = 10737418240

  validation {
    condition     = var.athena_bytes_limit >= 10485760
    error_message = "Athena takes no limit below 10 MB, 10485760 bytes."
  }
}

variable "dpu_hour_price" {
  description = "Price of a DPU-hour of Glue in the region, in US dollars, for the estimate of a run's cost."
  type        = number
  default     = 0.44

  validation {
    condition     = var.dpu_hour_price > 0
    error_message = "A DPU-hour costs something."
  }
}
