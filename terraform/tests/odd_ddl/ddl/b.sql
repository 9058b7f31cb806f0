CREATE EXTERNAL TABLE IF NOT EXISTS d.b (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/b/'
TBLPROPERTIES ('classification' = 'parquet');
