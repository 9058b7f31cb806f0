CREATE EXTERNAL TABLE IF NOT EXISTS stedi.accelerometer_landing (
  `user`      string COMMENT 'E-mail address of the customer',
  `timestamp` bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  x           double COMMENT 'Acceleration along x, in units of g',
  y           double COMMENT 'Acceleration along y, in units of g',
  z           double COMMENT 'Acceleration along z, in units of g'
)
COMMENT 'Readings of the accelerometer in the mobile app, one JSON object a line'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://${bucket}/accelerometer/landing/'
TBLPROPERTIES ('classification' = 'json', 'personal.columns' = 'user');
