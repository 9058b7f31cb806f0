CREATE EXTERNAL TABLE IF NOT EXISTS stedi.accelerometer_trusted (
  `user`      string COMMENT 'E-mail address of the customer',
  `timestamp` bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  x           double COMMENT 'Acceleration along x, in units of g',
  y           double COMMENT 'Acceleration along y, in units of g',
  z           double COMMENT 'Acceleration along z, in units of g'
)
COMMENT 'Readings of trusted customers, taken at or after their consent'
STORED AS PARQUET
LOCATION 's3://${bucket}/accelerometer/trusted/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');
