CREATE EXTERNAL TABLE IF NOT EXISTS d.f (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/f/'
TBLPROPERTIES ('classification' = 'parquet');
