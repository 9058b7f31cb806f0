# What people see of a run, and who is told when it fails.

resource "aws_cloudwatch_log_group" "jobs" {
  #checkov:skip=CKV_AWS_158:a KMS key is a variable
  #checkov:skip=CKV_AWS_338:how long logs are kept is a variable, a year is the default
  name              = "/${var.prefix}/${var.environment}/glue/jobs"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Where Glue itself writes what a job prints: its name carries the security configuration and the role.
resource "aws_cloudwatch_log_group" "glue" {
  #checkov:skip=CKV_AWS_158:a KMS key is a variable
  #checkov:skip=CKV_AWS_338:how long logs are kept is a variable, a year is the default
  for_each          = toset(["output", "error"])
  name              = "/aws-glue/jobs/${aws_glue_security_configuration.this.name}-role/${local.name}-jobs/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_group" "crawlers" {
  #checkov:skip=CKV_AWS_158:a KMS key is a variable
  #checkov:skip=CKV_AWS_338:how long logs are kept is a variable, a year is the default
  name              = "/aws-glue/crawlers-role/${local.name}-crawlers-${aws_glue_security_configuration.this.name}"
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
      type        = "Service"
      identifiers = ["events.amazonaws.com", "cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
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
      detail        = { jobName = sort(values(local.job_names)), state = ["FAILED", "TIMEOUT", "STOPPED", "ERROR"] }
    }
    crawler = {
      "detail-type" = ["Glue Crawler State Change"]
      detail        = { crawlerName = [for kind in keys(local.crawlers) : "${local.name}-${kind}"], state = ["Failed"] }
    }
  }
  name          = "${local.name}-${each.key}-failure"
  description   = "A ${each.key} of ${local.name} failed"
  event_pattern = jsonencode(merge({ source = ["aws.glue"] }, each.value))
}

resource "aws_cloudwatch_event_target" "failure" {
  for_each = aws_cloudwatch_event_rule.failure
  rule     = each.value.name
  arn      = aws_sns_topic.alarms.arn
}

# A job says how long it has been running once a minute; the last ones end the workflow.
resource "aws_cloudwatch_metric_alarm" "slow" {
  for_each            = local.definitions
  alarm_name          = "${local.name}-${each.key}-slow"
  alarm_description   = "${each.key} has been running for more than its part of ${var.longest_run_minutes} minutes"
  namespace           = "Glue"
  metric_name         = "glue.driver.aggregate.elapsedTime"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.longest_run_minutes * 60 * 1000 / max(1, length(local.definitions))
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  dimensions = {
    JobName  = local.job_names[each.key]
    JobRunId = "ALL"
    Type     = "count"
  }
}
