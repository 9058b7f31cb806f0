CREATE EXTERNAL TABLE IF NOT EXISTS d.landing (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/landing/'
TBLPROPERTIES ('classification' = 'parquet');
