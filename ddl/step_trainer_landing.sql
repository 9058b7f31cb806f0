CREATE EXTERNAL TABLE IF NOT EXISTS stedi.step_trainer_landing (
  sensorreadingtime  bigint COMMENT 'Time of the reading, epoch milliseconds UTC',
  serialnumber       string COMMENT 'Serial number of the step trainer',
  distancefromobject int    COMMENT 'Distance from the object, centimetres'
)
COMMENT 'Readings of the step trainers, one JSON object a line'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://${bucket}/step_trainer/landing/'
TBLPROPERTIES ('classification' = 'json');
