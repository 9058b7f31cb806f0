CREATE EXTERNAL TABLE IF NOT EXISTS d.a (
  id bigint COMMENT 'Number of the row',
  -- half of a column
  day
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${bucket}/a/'
TBLPROPERTIES ('classification' = 'parquet');
