CREATE EXTERNAL TABLE IF NOT EXISTS stedi.machine_learning_curated (
  sensorreadingtime  bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  serialnumber       string COMMENT 'Serial number of the step trainer',
  distancefromobject int    COMMENT 'Distance from the object, centimetres',
  `timestamp`        bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  x                  double COMMENT 'Acceleration along x, in units of g',
  y                  double COMMENT 'Acceleration along y, in units of g',
  z                  double COMMENT 'Acceleration along z, in units of g'
)
COMMENT 'Step and accelerometer reading of the same customer at the same time; nothing names the customer'
STORED AS PARQUET
LOCATION 's3://${bucket}/machine_learning/curated/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');
