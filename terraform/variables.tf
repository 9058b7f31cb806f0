variable "prefix" {
  description = "First part of every resource name, so that several projects can share one account."
  type        = string
  default     = "stedi"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,14}[a-z0-9]$", var.prefix))
    error_message = "The prefix must have 3 to 16 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "environment" {
  description = "Second part of every resource name. With prefix `stedi` and environment `prod`, the database and the jobs have the names used on the canvases; otherwise they are named `<prefix>_<environment>` and `<prefix>-<environment>-<job>`."
  type        = string
  default     = "prod"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment must have 2 to 8 lower-case letters and digits, and start with a letter."
  }
}

variable "region" {
  description = "AWS region. If null, the region that the AWS CLI would use (AWS_REGION or the profile)."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region such as eu-west-1, or null."
  }
}

variable "tags" {
  description = "Additional tags for every resource."
  type        = map(string)
  default     = {}
}

variable "studio_jobs_dir" {
  description = "Folder with the job folders, each with `<job>.json` and `<job>.py`. Either absolute or relative to this folder."
  type        = string
  default     = "../studio_jobs"
}

variable "ddl_dir" {
  description = "Folder with `CREATE EXTERNAL TABLE` files, one per table."
  type        = string
  default     = "../ddl"
}

variable "manifest" {
  description = "File that `make compile` writes from both folders: tables, jobs, triggers and personal columns."
  type        = string
  default     = "lakehouse.json"
}

variable "checks_dir" {
  description = "Folder with Athena checks, one query per file."
  type        = string
  default     = "../tests/athena"
}

variable "queries_dir" {
  description = "Folder with other queries to save in Athena, one per file."
  type        = string
  default     = "../scripts/queries"
}

variable "analysts_tables" {
  description = "Zone tables that people with the analysts' policy can read. If null, machine_learning_curated alone. Others may have personal columns: the output personal_columns_of_analysts names them."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for table in coalesce(var.analysts_tables, []) : can(regex("^[a-z0-9_]+$", table))])
    error_message = "Name tables without their database, such as customer_trusted."
  }
}

variable "glue_sends_source_account" {
  description = "Whether the roles trust AWS Glue only in requests that carry aws:SourceAccount. No page of AWS says that Glue sends it when it runs a job or a crawler, so it is off."
  type        = bool
  default     = false
}

variable "lake_formation" {
  description = "Whether to grant roles the tables in Lake Formation too, for accounts in which it rules the Data Catalog. Whoever applies has to be a data lake administrator then."
  type        = bool
  default     = false
}

variable "lake_formation_analysts" {
  description = "ARNs of users and roles that Lake Formation lets read the analysts' tables, if `lake_formation` is on."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.lake_formation_analysts : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/.+$", arn))])
    error_message = "Each analyst must be the ARN of a user or a role, such as arn:aws:iam::123456789012:role/analyst."
  }
}

variable "lake_formation_engineers" {
  description = "ARNs of users and roles that Lake Formation lets read all tables, if `lake_formation` is on; checks read landing tables too."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.lake_formation_engineers : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/.+$", arn))])
    error_message = "Each engineer must be the ARN of a user or a role, such as arn:aws:iam::123456789012:role/engineer."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts buckets, logs and query results. If null, S3 and CloudWatch use keys that they manage."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The KMS key must be an ARN of the form arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that still contain objects. If false, it cannot delete data."
  type        = bool
  default     = false
}

variable "old_versions_days" {
  description = "Days before old versions of lake objects are deleted. Until then, they still contain the data of people who have withdrawn their consent."
  type        = number
  default     = 7

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 90 && floor(var.old_versions_days) == var.old_versions_days
    error_message = "Old versions must be kept for a whole number of days, from 1 to 90."
  }
}

variable "temporary_days" {
  description = "Days before temporary files and query results are deleted."
  type        = number
  default     = 7

  validation {
    condition     = var.temporary_days >= 1 && floor(var.temporary_days) == var.temporary_days
    error_message = "Temporary files must be kept for a whole number of days, at least 1."
  }
}

variable "lifecycle_rules" {
  description = "Whether buckets have lifecycle rules. Only a rehearsal turns this off, because the provider waits a minute for each rule."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days to keep the logs of jobs, which may quote rows; one of the numbers that CloudWatch Logs accepts."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs can keep logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "schedule" {
  description = "When the workflow starts, as `cron(...)` in UTC. If null, it starts on demand only."
  type        = string
  default     = null

  validation {
    condition     = var.schedule == null || can(regex("^cron\\(.+\\)$", var.schedule))
    error_message = "The schedule must be an AWS cron expression, such as cron(0 4 * * ? *)."
  }
}

variable "crawlers_in_workflow" {
  description = "Whether to run the crawlers at the end of the workflow. Each run costs at least ten DPU minutes."
  type        = bool
  default     = false
}

variable "crawler_schedule" {
  description = "When the crawlers run outside the workflow, as `cron(...)` in UTC. If null, they run on demand only."
  type        = string
  default     = null

  validation {
    condition     = var.crawler_schedule == null || can(regex("^cron\\(.+\\)$", var.crawler_schedule))
    error_message = "The schedule must be an AWS cron expression, such as cron(0 3 ? * SUN *)."
  }
}

variable "push_canvases" {
  description = "Whether to add the canvases to the jobs after each change. If false, Studio shows the jobs as scripts."
  type        = bool
  default     = true
}

variable "glue_canvas" {
  description = "The glue-canvas command: an absolute path, a path relative to this folder, or a name on PATH."
  type        = string
  default     = "../.venv/bin/glue-canvas"
}

variable "endpoint_url" {
  description = "Address of an AWS endpoint on this machine, for rehearsals. If null, AWS itself."
  type        = string
  default     = null

  validation {
    condition     = var.endpoint_url == null || can(regex("^https?://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?$", var.endpoint_url))
    error_message = "The endpoint must be on this machine: http://127.0.0.1:<port>."
  }
}

variable "alarm_email" {
  description = "E-mail address to notify when a job or crawler fails or a job takes too long; its owner has to confirm the subscription, by a link that SNS sends. If null, only the SNS topic is created."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "The alarm e-mail must be an e-mail address."
  }
}

variable "longest_run_minutes" {
  description = "Minutes that a run of the workflow may take. A job that takes more than its equal share of them raises an alarm."
  type        = number
  default     = 60

  validation {
    condition     = var.longest_run_minutes >= 5 && var.longest_run_minutes <= 1440
    error_message = "The limit must be between 5 minutes and a day (1440)."
  }
}

variable "athena_bytes_limit" {
  description = "Bytes that one Athena query may scan."
  type        = number
  default     = 10737418240

  validation {
    condition     = var.athena_bytes_limit >= 10485760
    error_message = "The limit must be at least 10485760 bytes (10 MB), the lowest that Athena accepts."
  }
}

variable "dpu_hour_price" {
  description = "Price of a Glue DPU-hour in the region, in US dollars; used to estimate what a run costs."
  type        = number
  default     = 0.44

  validation {
    condition     = var.dpu_hour_price > 0
    error_message = "The price must be greater than 0."
  }
}
