locals {
  name      = "${var.prefix}-${var.environment}"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  lake_bucket   = "${local.name}-lake-${local.account}-${local.region}"
  assets_bucket = "${local.name}-assets-${local.account}-${local.region}"
  logs_bucket   = "${local.name}-logs-${local.account}-${local.region}"

  glue_arn = "arn:${local.partition}:glue:${local.region}:${local.account}"
  logs_arn = "arn:${local.partition}:logs:${local.region}:${local.account}"
}

# The tables, as ddl/ defines them.
locals {
  ddl = {
    for file in fileset("${path.module}/${var.ddl_dir}", "*.sql") :
    trimsuffix(file, ".sql") => replace(templatefile("${path.module}/${var.ddl_dir}/${file}", { bucket = local.lake_bucket }), "\r\n", "\n")
  }
  ddl_heads      = { for table, text in local.ddl : table => regex("CREATE EXTERNAL TABLE IF NOT EXISTS (\\w+)\\.(\\w+) \\(\\n", text) }
  ddl_bodies     = { for table, text in local.ddl : table => regex("(?s) \\(\\n(.*?)\\n\\)\\n", text)[0] }
  ddl_databases  = distinct([for head in values(local.ddl_heads) : head[0]])
  ddl_database   = local.ddl_databases[0]
  is_default     = var.prefix == local.ddl_database && var.environment == "prod"
  database       = local.is_default ? local.ddl_database : replace("${var.prefix}_${var.environment}", "-", "_")
  ddl_properties = { for table, text in local.ddl : table => try(regex("(?s)TBLPROPERTIES\\s*\\((.*?)\\)", text)[0], "") }
  ddl_serde      = { for table, text in local.ddl : table => try(regex("(?s)WITH SERDEPROPERTIES \\((.*?)\\)\\n", text)[0], "") }

  # a column a line: name, type, comment
  ddl_columns = {
    for table, body in local.ddl_bodies : table => [
      for column in regexall("(?m)^ +`?(\\w+)`? +(\\S.*?)(?: +COMMENT '((?:[^']|'')*)')?,?$", body) :
      { name = column[0], type = column[1], comment = try(replace(column[2], "''", "'"), null) }
    ]
  }

  parquet = {
    input  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
    serde  = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
  }

  tables = {
    for table, text in local.ddl : table => {
      columns    = local.ddl_columns[table]
      lines      = length(split("\n", local.ddl_bodies[table]))
      comment    = try(replace(regex("(?m)^COMMENT '((?:[^']|'')*)'", text)[0], "''", "'"), null)
      location   = regex("(?m)^LOCATION '([^']+)'", text)[0]
      input      = try(regex("INPUTFORMAT '([^']+)'", text)[0], local.parquet.input)
      output     = try(regex("OUTPUTFORMAT '([^']+)'", text)[0], local.parquet.output)
      serde      = try(regex("SERDE '([^']+)'", text)[0], local.parquet.serde)
      has_all    = alltrue([for clause, pairs in { TBLPROPERTIES = local.ddl_properties[table], SERDEPROPERTIES = local.ddl_serde[table] } : !strcontains(text, clause) || can(regex("=", pairs))])
      is_typed   = alltrue([for column in local.ddl_columns[table] : can(regex("^[a-z]+(\\([0-9, ]+\\)|<.+>)?$", column.type))])
      is_known   = can(regex("STORED AS PARQUET|INPUTFORMAT", text)) && !can(regex("PARTITIONED BY", text))
      serde_with = { for pair in regexall("'([^']+)'\\s*=\\s*'([^']*)'", local.ddl_serde[table]) : pair[0] => pair[1] }
      parameters = { for pair in regexall("'([^']+)'\\s*=\\s*'([^']*)'", local.ddl_properties[table]) : pair[0] => pair[1] }
    }
  }
}

# The jobs, and which waits for which, as studio_jobs/ defines them.
locals {
  definitions = {
    for file in fileset("${path.module}/${var.studio_jobs_dir}", "*/*.json") :
    dirname(file) => jsondecode(file("${path.module}/${var.studio_jobs_dir}/${file}"))
    if basename(file) == "${dirname(file)}.json"
  }
  nodes = { for job, definition in local.definitions : job => values(jsondecode(definition.codeGenConfigurationNodes)) }

  reads = {
    for job, nodes in local.nodes : job => distinct(flatten([
      for node in nodes : [
        for kind, fields in node : "${fields.Database}.${fields.Table}" if endswith(kind, "Source") && can(fields.Database) && can(fields.Table)
      ]
    ]))
  }
  writes = {
    for job, nodes in local.nodes : job => distinct(flatten([
      for node in nodes : [
        for kind, fields in node :
        try("${fields.Database}.${fields.Table}", "${fields.SchemaChangePolicy.Database}.${fields.SchemaChangePolicy.Table}", "")
        if endswith(kind, "Target")
      ]
    ]))
  }

  written = distinct(compact(flatten(values(local.writes))))
  writers = { for table in local.written : table => sort([for job, tables in local.writes : job if contains(tables, table)]) }
  rivals  = [for table, jobs in local.writers : "${table} is written by ${join(" and ", jobs)}" if length(jobs) > 1]
  unknown = distinct([
    for table in flatten(concat(values(local.reads), values(local.writes))) : table
    if table != "" && !contains([for name in keys(local.tables) : "${local.ddl_database}.${name}"], table)
  ])

  upstream = {
    for job, tables in local.reads : job => sort(distinct(flatten([
      for table in tables : [for writer in lookup(local.writers, table, []) : writer if writer != job]
    ])))
  }

  # jobs that can be reached against the flow in 2, 4, ... 32 steps: who reaches itself waits for itself
  within_2  = { for job, up in local.upstream : job => distinct(concat(up, flatten([for other in up : local.upstream[other]]))) }
  within_4  = { for job, up in local.within_2 : job => distinct(concat(up, flatten([for other in up : local.within_2[other]]))) }
  within_8  = { for job, up in local.within_4 : job => distinct(concat(up, flatten([for other in up : local.within_4[other]]))) }
  within_16 = { for job, up in local.within_8 : job => distinct(concat(up, flatten([for other in up : local.within_8[other]]))) }
  within_32 = { for job, up in local.within_16 : job => distinct(concat(up, flatten([for other in up : local.within_16[other]]))) }
  waiting   = sort([for job, up in local.within_32 : job if contains(up, job)])

  first_jobs = sort([for job, up in local.upstream : job if length(up) == 0])
  last_jobs  = sort([for job in keys(local.upstream) : job if !contains(flatten(values(local.upstream)), job)])
  groups     = { for job, up in local.upstream : join(" ", up) => job... if length(up) > 0 }
  triggers = {
    for key, jobs in local.groups :
    (length(key) > 160 ? "${substr(key, 0, 150)}-${substr(sha256(key), 0, 8)}" : replace(key, " ", "-and-")) => { after = split(" ", key), jobs = sort(jobs) }
  }

  landing_tables = sort([for table in keys(local.tables) : table if !contains(local.written, "${local.ddl_database}.${table}")])
  zone_tables    = sort([for table in keys(local.tables) : table if contains(local.written, "${local.ddl_database}.${table}")])
  prefixes       = { for table, definition in local.tables : table => trimprefix(definition.location, "s3://${local.lake_bucket}/") }
}

# What a run costs: DPUs of the workers, times time, times price (AWS Glue pricing: per second, at least a minute).
locals {
  worker_dpus = {
    "G.025X" = 0.25, "G.1X" = 1, "G.2X" = 2, "G.4X" = 4, "G.8X" = 8, "G.12X" = 12, "G.16X" = 16,
    "R.1X"   = 1, "R.2X" = 2, "R.4X" = 4, "R.8X" = 8, "Z.2X" = 2,
  }
  dpus = { for job, definition in local.definitions : job => definition.numberOfWorkers * local.worker_dpus[definition.workerType] }

  highest_cost = sum([for job, definition in local.definitions : local.dpus[job] * definition.timeout * (1 + definition.maxRetries) / 60 * var.dpu_hour_price])
  lowest_cost  = sum([for job, definition in local.definitions : local.dpus[job] / 60 * var.dpu_hour_price])
}
