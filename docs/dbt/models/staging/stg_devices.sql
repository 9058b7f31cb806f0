-- devices of curated customers; nothing here names a customer
select
    serialnumber as serial_number,
    count(*) as customers,
    cast(from_unixtime(min(sharewithresearchasofdate) / 1000) as timestamp(3)) as shared_since
from {{ source('stedi', 'customers_curated') }}
group by serialnumber
