CREATE EXTERNAL TABLE IF NOT EXISTS stedi.step_trainer_trusted (
  sensorreadingtime  bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  serialnumber       string COMMENT 'Serial number of the step trainer',
  distancefromobject int    COMMENT 'Distance from the object, centimetres'
)
COMMENT 'Step readings of the devices that curated customers own'
STORED AS PARQUET
LOCATION 's3://${bucket}/step_trainer/trusted/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');
