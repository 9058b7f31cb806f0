resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "STEDI lakehouse, ${var.environment}: landing and zone tables"

  lifecycle {
    precondition {
      condition     = length(local.stale) == 0
      error_message = "${var.manifest} is older than ${join(", ", local.stale)}: run `make compile`."
    }

    precondition {
      condition     = contains(["default", var.environment], terraform.workspace)
      error_message = "The workspace is ${terraform.workspace}, but the environment is ${var.environment}: a workspace is named after its environment, so that no state describes another one."
    }
  }
}

resource "aws_glue_catalog_table" "this" {
  for_each      = local.tables
  name          = each.key
  database_name = aws_glue_catalog_database.this.name
  description   = each.value.comment
  table_type    = "EXTERNAL_TABLE"
  parameters    = each.value.parameters

  storage_descriptor {
    location          = local.locations[each.key]
    input_format      = each.value.input_format
    output_format     = each.value.output_format
    bucket_columns    = length(each.value.bucket_columns) == 0 ? null : each.value.bucket_columns
    number_of_buckets = each.value.number_of_buckets == 0 ? null : each.value.number_of_buckets

    ser_de_info {
      serialization_library = each.value.serde
      parameters            = merge({ "serialization.format" = "1" }, each.value.serde_parameters)
    }

    dynamic "columns" {
      for_each = each.value.columns
      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  dynamic "partition_keys" {
    for_each = each.value.partition_keys
    content {
      name    = partition_keys.value.name
      type    = partition_keys.value.type
      comment = partition_keys.value.comment
    }
  }
}
