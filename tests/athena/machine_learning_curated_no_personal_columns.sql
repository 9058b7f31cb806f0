-- No column names a person.
select table_name, column_name
from information_schema.columns
where table_schema = '${database}'
  and table_name = 'machine_learning_curated'
  and column_name not in (
    'sensorreadingtime', 'serialnumber', 'distancefromobject', 'timestamp', 'x', 'y', 'z'
  )
