CREATE EXTERNAL TABLE IF NOT EXISTS d.a (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/a/'
TBLPROPERTIES ('classification' = 'parquet');
