CREATE EXTERNAL TABLE IF NOT EXISTS stedi.customers_curated (
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
COMMENT 'Trusted customers with at least one trusted reading, one row a customer'
STORED AS PARQUET
LOCATION 's3://${bucket}/customer/curated/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');
