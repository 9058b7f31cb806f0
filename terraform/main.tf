provider "aws" {
  region      = var.region
  max_retries = var.endpoint_url == null ? null : 2

  skip_credentials_validation = var.endpoint_url != null
  skip_metadata_api_check     = var.endpoint_url != null
  s3_use_path_style           = var.endpoint_url != null

  dynamic "endpoints" {
    for_each = var.endpoint_url == null ? [] : [var.endpoint_url]
    content {
      athena         = endpoints.value
      cloudwatchlogs = endpoints.value
      events         = endpoints.value
      glue           = endpoints.value
      iam            = endpoints.value
      s3             = endpoints.value
      sns            = endpoints.value
      sts            = endpoints.value
    }
  }

  default_tags {
    tags = merge(var.tags, { Project = var.prefix, Environment = var.environment, ManagedBy = "terraform" })
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}
