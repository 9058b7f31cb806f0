{{
  config(
    materialized='incremental',
    incremental_strategy='insert_overwrite',
    partitioned_by=['day'],
    on_schema_change='append_new_columns'
  )
}}

-- a run replaces the last day that is there and adds the later ones
select
    serial_number,
    count(*) as readings,
    min(distance_centimetres) as nearest,
    avg(acceleration) as mean_acceleration,
    day
from {{ ref('stg_readings') }}
{% if is_incremental() %}
where day >= (select max(day) from {{ this }})
{% endif %}
group by serial_number, day
