CREATE EXTERNAL TABLE IF NOT EXISTS d.c (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/c/'
TBLPROPERTIES ('classification' = 'parquet');
