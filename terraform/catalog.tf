resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "STEDI lakehouse, ${var.environment}: landing and zone tables"

  lifecycle {
    precondition {
      condition     = length(local.ddl_databases) == 1
      error_message = "The files of ${var.ddl_dir} name several databases: ${join(", ", local.ddl_databases)}."
    }
  }
}

resource "aws_glue_catalog_table" "this" {
  for_each      = local.tables
  name          = each.key
  database_name = aws_glue_catalog_database.this.name
  description   = each.value.comment
  table_type    = "EXTERNAL_TABLE"
  parameters    = merge({ EXTERNAL = "TRUE" }, each.value.parameters)

  storage_descriptor {
    location      = each.value.location
    input_format  = each.value.input
    output_format = each.value.output

    ser_de_info {
      serialization_library = each.value.serde
      parameters            = merge({ "serialization.format" = "1" }, each.value.serde_with)
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

  lifecycle {
    precondition {
      condition     = length(each.value.columns) == each.value.lines && each.value.is_known && each.value.is_typed && each.value.has_all
      error_message = "${var.ddl_dir}/${each.key}.sql is not understood: a column a line, STORED AS PARQUET or an INPUTFORMAT, no partitions."
    }
    precondition {
      condition     = startswith(each.value.location, "s3://${local.lake_bucket}/") && endswith(each.value.location, "/")
      error_message = "${var.ddl_dir}/${each.key}.sql: the location is a folder of the lake, s3://$${bucket}/<folder>/."
    }
    precondition {
      condition     = local.ddl_heads[each.key][1] == each.key
      error_message = "${var.ddl_dir}/${each.key}.sql creates ${local.ddl_heads[each.key][1]}: a file has its table's name."
    }
  }
}
