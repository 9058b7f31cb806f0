locals {
  crawlers = { landing = local.landing_tables, zone = local.zone_tables }
}

# On catalog targets, which make no stray tables; a column that changes is logged, never dropped or rewritten.
resource "aws_glue_crawler" "this" {
  for_each               = local.crawlers
  name                   = "${local.name}-${each.key}"
  description            = "Looks at the ${each.key} tables, and logs columns that differ"
  database_name          = aws_glue_catalog_database.this.name
  role                   = aws_iam_role.crawlers.arn
  security_configuration = one(aws_glue_security_configuration.this[*].name)
  schedule               = var.crawlers_in_workflow ? null : var.crawler_schedule

  catalog_target {
    database_name = aws_glue_catalog_database.this.name
    tables        = [for table in each.value : aws_glue_catalog_table.this[table].name]
  }

  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "LOG"
  }

  configuration = jsonencode({
    Version              = 1.0
    Grouping             = { TableGroupingPolicy = "CombineCompatibleSchemas" }
    CreatePartitionIndex = true
  })

  depends_on = [aws_iam_role_policy.crawlers]
}
