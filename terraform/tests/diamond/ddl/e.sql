CREATE EXTERNAL TABLE IF NOT EXISTS d.e (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/e/'
TBLPROPERTIES ('classification' = 'parquet');
