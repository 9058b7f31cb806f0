# What people see of a run, and who is told when it fails.

# Where Glue writes what a job prints; logs may quote rows, so they go with the data.
resource "aws_cloudwatch_log_group" "glue" {
  #checkov:skip=CKV_AWS_158:a KMS key is a variable
  #checkov:skip=CKV_AWS_338:logs may quote rows of people who withdraw, so a month is the default
  for_each          = toset(["output", "error"])
  name              = "${local.log_prefix}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Crawlers share one group of the account, unless a security configuration gives them their own.
resource "aws_cloudwatch_log_group" "crawlers" {
  #checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  count             = var.kms_key_arn == null ? 0 : 1
  name              = "/aws-glue/crawlers-role/${local.name}-crawlers-${one(aws_glue_security_configuration.this[*].name)}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:messages name jobs and hold no data; EventBridge needs a key of one's own to encrypt
  name = "${local.name}-alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  count     = var.alarm_email == null ? 0 : 1
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "Events"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type = "Service"
      # EventBridge does not take conditions in a topic's policy
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

resource "aws_cloudwatch_event_rule" "failure" {
  for_each = {
    job = {
      "detail-type" = ["Glue Job State Change"]
      detail        = { jobName = sort(values(local.job_names)), state = ["FAILED", "TIMEOUT", "STOPPED"] }
    }
    job-slow = {
      "detail-type" = ["Glue Job Run Status"]
      detail        = { jobName = sort(values(local.job_names)) }
    }
    crawler = {
      "detail-type" = ["Glue Crawler State Change"]
      detail        = { crawlerName = [for kind in keys(local.crawlers) : "${local.name}-${kind}"], state = ["Failed"] }
    }
  }
  name = "${local.name}-${each.key}-failure"
  description = {
    job      = "A job of ${local.name} failed, timed out or was stopped"
    job-slow = "A job of ${local.name} takes more minutes than its share of longest_run_minutes"
    crawler  = "A crawler of ${local.name} failed"
  }[each.key]
  event_pattern = jsonencode(merge({ source = ["aws.glue"] }, each.value))
}

resource "aws_cloudwatch_event_target" "failure" {
  for_each = aws_cloudwatch_event_rule.failure
  rule     = each.value.name
  arn      = aws_sns_topic.alarms.arn
}
