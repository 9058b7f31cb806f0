CREATE EXTERNAL TABLE IF NOT EXISTS stedi.customer_landing (
  customername              string COMMENT 'First and last name',
  email                     string COMMENT 'E-mail address: names the customer, upper and lower case differ',
  phone                     string COMMENT 'Telephone number',
  birthday                  string COMMENT 'Date of birth, ISO 8601 (YYYY-MM-DD)',
  serialnumber              string COMMENT 'Serial number of the step trainer; many customers can have the same one',
  registrationdate          bigint COMMENT 'Registration, epoch milliseconds UTC',
  lastupdatedate            bigint COMMENT 'Last change of this record, epoch milliseconds UTC',
  sharewithresearchasofdate bigint COMMENT 'Consent to share with research, epoch milliseconds UTC; absent without consent',
  sharewithpublicasofdate   bigint COMMENT 'Consent to share with the public, epoch milliseconds UTC; absent without consent',
  sharewithfriendsasofdate  bigint COMMENT 'Consent to share with friends, epoch milliseconds UTC; absent without consent'
)
COMMENT 'Customers as the website and the fulfilment site give them, one JSON object a line'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://${bucket}/customer/landing/'
TBLPROPERTIES ('classification' = 'json', 'personal.columns' = 'customername,email,phone,birthday');
