# Where Lake Formation rules the Data Catalog ("Use only IAM access control" is off), a role that IAM lets in still sees
# no table without a grant. The files stay IAM's business: their locations are not registered with Lake Formation.
locals {
  grants = merge(
    { for table in local.landing_tables : "jobs ${table}" => {
      principal = aws_iam_role.jobs.arn, table = table, permissions = ["DESCRIBE", "SELECT"]
    } },
    { for table in local.zone_tables : "jobs ${table}" => {
      principal = aws_iam_role.jobs.arn, table = table, permissions = ["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"]
    } },
    { for table in keys(local.tables) : "crawlers ${table}" => {
      principal = aws_iam_role.crawlers.arn, table = table, permissions = ["ALTER", "DESCRIBE", "SELECT"]
    } },
    { for pair in setproduct(var.lake_formation_engineers, keys(local.tables)) : "${pair[0]} ${pair[1]}" => {
      principal = pair[0], table = pair[1], permissions = ["DESCRIBE", "SELECT"]
    } },
    { for pair in setproduct(var.lake_formation_analysts, local.analysts_tables) : "${pair[0]} ${pair[1]}" => {
      principal = pair[0], table = pair[1], permissions = ["DESCRIBE", "SELECT"]
    } },
  )
}

resource "aws_lakeformation_permissions" "database" {
  for_each = var.lake_formation ? merge(
    { jobs = aws_iam_role.jobs.arn, crawlers = aws_iam_role.crawlers.arn },
    { for person in concat(var.lake_formation_engineers, var.lake_formation_analysts) : person => person },
  ) : {}
  principal   = each.value
  permissions = ["DESCRIBE"]

  database {
    name = aws_glue_catalog_database.this.name
  }
}

resource "aws_lakeformation_permissions" "table" {
  for_each    = var.lake_formation ? local.grants : {}
  principal   = each.value.principal
  permissions = each.value.permissions

  table {
    database_name = aws_glue_catalog_database.this.name
    name          = aws_glue_catalog_table.this[each.value.table].name
  }
}
