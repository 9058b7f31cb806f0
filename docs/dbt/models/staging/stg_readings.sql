-- the training data with readable times
select
    serialnumber as serial_number,
    cast(from_unixtime(sensorreadingtime / 1000) as timestamp(3)) as read_at,
    date_format(from_unixtime(sensorreadingtime / 1000), '%Y-%m-%d') as day,
    distancefromobject as distance_centimetres,
    sqrt(x * x + y * y + z * z) as acceleration
from {{ source('stedi', 'machine_learning_curated') }}
