{{ config(materialized='table', partitioned_by=['day(read_on)']) }}

select serial_number, date(read_at) as read_on, count(*) as readings
from {{ ref('stg_readings') }}
group by serial_number, date(read_at)
