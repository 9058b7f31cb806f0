# Who may do what: the jobs, the crawlers, people who analyse.

locals {
  lake_arn   = aws_s3_bucket.this["lake"].arn
  assets_arn = aws_s3_bucket.this["assets"].arn

  # a folder's own name too: S3A, the file system of Glue 5, asks for it first, and takes a refusal for an error; what it
  # keeps while it writes, `_temporary` and markers that end in a slash, is below the folder
  landing_objects = flatten([for table in local.landing_tables : ["${local.lake_arn}/${local.prefixes[table]}*", "${local.lake_arn}/${trimsuffix(local.prefixes[table], "/")}"]])
  zone_objects    = flatten([for table in local.zone_tables : ["${local.lake_arn}/${local.prefixes[table]}*", "${local.lake_arn}/${trimsuffix(local.prefixes[table], "/")}"]])

  catalog_arns = ["${local.glue_arn}:catalog", aws_glue_catalog_database.this.arn]
  table_arns   = { for table in keys(local.tables) : table => "${local.glue_arn}:table/${local.database}/${table}" }
  zone_arns    = [for table in local.zone_tables : local.table_arns[table]]

  spark_arns = [
    "${local.glue_arn}:database/default", "${local.glue_arn}:database/global_temp",
    "${local.glue_arn}:userDefinedFunction/default/*", "${local.glue_arn}:userDefinedFunction/${local.database}/*",
  ]

  # a lakehouse without the training data: what names nobody. The policy below refuses a name that is no zone table's
  default_tables    = contains(local.zone_tables, "machine_learning_curated") ? ["machine_learning_curated"] : [for table in local.zone_tables : table if length(local.tables[table].personal) == 0]
  asked_tables      = var.analysts_tables == null ? local.default_tables : var.analysts_tables
  analysts_tables   = tolist([for table in local.zone_tables : table if contains(local.asked_tables, table)])
  analysts_objects  = flatten([for table in local.analysts_tables : ["${local.lake_arn}/${local.prefixes[table]}*", "${local.lake_arn}/${trimsuffix(local.prefixes[table], "/")}"]])
  analysts_prefixes = [for table in local.analysts_tables : local.prefixes[table]]
  analysts_arns     = [for table in local.analysts_tables : local.table_arns[table]]

  landing_prefixes = [for table in local.landing_tables : local.prefixes[table]]
  zone_prefixes    = [for table in local.zone_tables : local.prefixes[table]]
  listed_prefixes  = flatten([for prefix in concat(local.landing_prefixes, local.zone_prefixes) : [prefix, "${prefix}*", trimsuffix(prefix, "/")]])
}

data "aws_iam_policy_document" "glue_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["glue.amazonaws.com"]
    }

    dynamic "condition" {
      for_each = var.glue_sends_source_account ? [1] : []
      content {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }
}

data "aws_iam_policy_document" "encryption" {
  count = var.kms_key_arn == null ? 0 : 1

  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

}

# Security configurations have no ARN.
data "aws_iam_policy_document" "configuration" {
  count = var.kms_key_arn == null ? 0 : 1

  statement {
    sid       = "EncryptLogs"
    actions   = ["logs:AssociateKmsKey"]
    resources = ["${local.logs_arn}:log-group:/aws-glue/*"]
  }

  statement {
    #checkov:skip=CKV_AWS_356:GetSecurityConfiguration takes no resource
    sid       = "SecurityConfiguration"
    actions   = ["glue:GetSecurityConfiguration"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "jobs" {
  source_policy_documents = concat(data.aws_iam_policy_document.configuration[*].json, data.aws_iam_policy_document.encryption[*].json)

  statement {
    sid       = "ReadLanding"
    actions   = ["s3:GetObject"]
    resources = local.landing_objects
  }

  statement {
    sid       = "ReplaceZones"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = local.zone_objects
  }

  statement {
    sid       = "ListLake"
    actions   = ["s3:ListBucket"]
    resources = [local.lake_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = local.listed_prefixes
    }
  }

  statement {
    sid       = "BucketPlaces"
    actions   = ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    resources = [local.lake_arn, local.assets_arn]
  }

  statement {
    sid       = "ReadScripts"
    actions   = ["s3:GetObject"]
    resources = ["${local.assets_arn}/scripts/*"]
  }

  statement {
    sid       = "Temporary"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${local.assets_arn}/temporary/*"]
  }

  statement {
    sid       = "ListTemporary"
    actions   = ["s3:ListBucket"]
    resources = [local.assets_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["temporary/*", "scripts/*"]
    }
  }

  statement {
    sid       = "ReadCatalog"
    actions   = ["glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
    resources = concat(local.catalog_arns, values(local.table_arns))
  }

  # Spark asks the catalog for these before it makes the first temporary view
  statement {
    sid       = "SparkStart"
    actions   = ["glue:GetDatabase", "glue:GetUserDefinedFunction", "glue:GetUserDefinedFunctions"]
    resources = concat(local.catalog_arns, local.spark_arns)
  }

  # and makes the database `default` where an account has none
  statement {
    sid       = "SparkDefault"
    actions   = ["glue:CreateDatabase"]
    resources = ["${local.glue_arn}:catalog", "${local.glue_arn}:database/default"]
  }

  statement {
    sid       = "UpdateZonePartitions"
    actions   = ["glue:BatchCreatePartition", "glue:BatchDeletePartition", "glue:CreatePartition", "glue:DeletePartition", "glue:UpdateTable"]
    resources = concat(local.catalog_arns, local.zone_arns)
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.logs_arn}:log-group:${local.log_prefix}/*"]
  }

  # metrics have no ARN: the namespace is the only bound that there is
  statement {
    #checkov:skip=CKV_AWS_111:PutMetricData takes no resource
    #checkov:skip=CKV_AWS_356:PutMetricData takes no resource
    sid       = "Metrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["Glue"]
    }
  }
}

resource "aws_iam_role" "jobs" {
  name               = "${local.name}-jobs"
  description        = "What the Glue jobs of ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.glue_assumes.json
}

resource "aws_iam_role_policy" "jobs" {
  name   = "lakehouse"
  role   = aws_iam_role.jobs.id
  policy = data.aws_iam_policy_document.jobs.json
}

data "aws_iam_policy_document" "crawlers" {
  source_policy_documents = concat(data.aws_iam_policy_document.configuration[*].json, data.aws_iam_policy_document.encryption[*].json)

  statement {
    sid       = "ReadLake"
    actions   = ["s3:GetObject"]
    resources = concat(local.landing_objects, local.zone_objects)
  }

  statement {
    sid       = "ListLake"
    actions   = ["s3:ListBucket"]
    resources = [local.lake_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = local.listed_prefixes
    }
  }

  statement {
    sid       = "BucketPlace"
    actions   = ["s3:GetBucketLocation"]
    resources = [local.lake_arn]
  }

  statement {
    sid = "UpdateTables"
    actions = [
      "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable", "glue:GetPartition", "glue:GetPartitions",
      "glue:BatchGetPartition", "glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition",
    ]
    resources = concat(local.catalog_arns, values(local.table_arns))
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [var.kms_key_arn == null ? "${local.logs_arn}:log-group:/aws-glue/crawlers:*" : "${local.logs_arn}:log-group:/aws-glue/crawlers-role/${local.name}-crawlers-${local.name}:*"]
  }
}

resource "aws_iam_role" "crawlers" {
  name               = "${local.name}-crawlers"
  description        = "What the crawlers of ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.glue_assumes.json
}

resource "aws_iam_role_policy" "crawlers" {
  name   = "lakehouse"
  role   = aws_iam_role.crawlers.id
  policy = data.aws_iam_policy_document.crawlers.json
}

# For people: zone tables through Athena, and nothing of the landing zone.
data "aws_iam_policy_document" "analysts" {
  source_policy_documents = data.aws_iam_policy_document.encryption[*].json

  statement {
    sid       = "ReadZones"
    actions   = ["s3:GetObject"]
    resources = local.analysts_objects
  }

  statement {
    sid       = "ListZones"
    actions   = ["s3:ListBucket"]
    resources = [local.lake_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = flatten([for prefix in local.analysts_prefixes : [prefix, "${prefix}*"]])
    }
  }

  statement {
    sid       = "ReadCatalog"
    actions   = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
    resources = concat(local.catalog_arns, local.analysts_arns)
  }

  # Athena asks for these before every query
  statement {
    sid       = "AthenaStart"
    actions   = ["glue:GetDatabase", "glue:GetDatabases"]
    resources = concat(local.catalog_arns, ["${local.glue_arn}:database/default"])
  }

  statement {
    sid       = "Browse"
    actions   = ["athena:GetDataCatalog", "athena:GetDatabase", "athena:ListDatabases", "athena:ListTableMetadata", "athena:GetTableMetadata"]
    resources = ["arn:${local.partition}:athena:${local.region}:${local.account}:datacatalog/AwsDataCatalog"]
  }

  # the console and the JDBC driver list these before anybody chooses one; they take no resource
  statement {
    #checkov:skip=CKV_AWS_356:ListWorkGroups and ListDataCatalogs take no resource
    sid       = "Choose"
    actions   = ["athena:ListWorkGroups", "athena:ListDataCatalogs", "athena:ListEngineVersions"]
    resources = ["*"]
  }

  statement {
    sid = "Query"
    actions = [
      "athena:GetWorkGroup", "athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution",
      "athena:BatchGetQueryExecution", "athena:ListQueryExecutions", "athena:GetQueryResults", "athena:GetQueryResultsStream",
      "athena:ListNamedQueries", "athena:GetNamedQuery", "athena:BatchGetNamedQuery",
    ]
    resources = [aws_athena_workgroup.this["analysts"].arn]
  }

  statement {
    sid       = "Results"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${local.assets_arn}/athena-analysts/*"]
  }

  statement {
    sid       = "ResultsPlace"
    actions   = ["s3:GetBucketLocation"]
    resources = [local.assets_arn]
  }

  statement {
    sid       = "ListResults"
    actions   = ["s3:ListBucket"]
    resources = [local.assets_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["athena-analysts/*"]
    }
  }
}

resource "aws_iam_policy" "analysts" {
  name        = "${local.name}-analysts"
  description = "Query the zone tables of ${local.name}; attach it to the people who may"
  policy      = data.aws_iam_policy_document.analysts.json

  lifecycle {
    precondition {
      condition     = length(setsubtract(local.asked_tables, local.zone_tables)) == 0
      error_message = "analysts_tables names ${join(", ", setsubtract(local.asked_tables, local.zone_tables))}, but analysts can read zone tables only: ${join(", ", local.zone_tables)}."
    }
  }
}
