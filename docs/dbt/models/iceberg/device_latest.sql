{{
  config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='serial_number'
  )
}}

-- the last reading of each device; a later run updates it
select
    serial_number,
    cast(max(read_at) as timestamp(6)) as last_reading_at,
    count(*) as readings
from {{ ref('stg_readings') }}
group by serial_number
