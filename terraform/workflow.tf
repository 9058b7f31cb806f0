resource "aws_glue_workflow" "this" {
  name                = local.name
  description         = "From landing to training data, in the order that the canvases give"
  max_concurrent_runs = 1
}

resource "aws_glue_trigger" "start" {
  name          = "${local.name}-start"
  description   = "Starts ${join(", ", local.first_jobs)}"
  type          = var.schedule == null ? "ON_DEMAND" : "SCHEDULED"
  schedule      = var.schedule
  workflow_name = aws_glue_workflow.this.name
  # an ON_DEMAND trigger that is enabled would be started by the apply
  enabled = var.schedule != null

  depends_on = [terraform_data.canvas]

  dynamic "actions" {
    for_each = local.first_jobs
    content {
      job_name = aws_glue_job.this[actions.value].name
    }
  }
}

resource "aws_glue_trigger" "after" {
  for_each      = local.triggers
  name          = "${local.name}-after-${each.key}"
  description   = "Starts ${join(", ", each.value.jobs)} when ${join(" and ", each.value.after)} succeeded"
  type          = "CONDITIONAL"
  workflow_name = aws_glue_workflow.this.name

  predicate {
    logical = "AND"

    dynamic "conditions" {
      for_each = each.value.after
      content {
        job_name = aws_glue_job.this[conditions.value].name
        state    = "SUCCEEDED"
      }
    }
  }

  dynamic "actions" {
    for_each = each.value.jobs
    content {
      job_name = aws_glue_job.this[actions.value].name
    }
  }
}

resource "aws_glue_trigger" "crawlers" {
  count         = var.crawlers_in_workflow ? 1 : 0
  name          = "${local.name}-crawlers"
  description   = "Starts the crawlers when the last jobs succeeded"
  type          = "CONDITIONAL"
  workflow_name = aws_glue_workflow.this.name

  predicate {
    logical = "AND"

    dynamic "conditions" {
      for_each = local.last_jobs
      content {
        job_name = aws_glue_job.this[conditions.value].name
        state    = "SUCCEEDED"
      }
    }
  }

  dynamic "actions" {
    for_each = aws_glue_crawler.this
    content {
      crawler_name = actions.value.name
    }
  }
}
