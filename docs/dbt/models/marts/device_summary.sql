{{ config(materialized='table') }}

with readings as (
    select
        serial_number,
        count(*) as readings,
        min(read_at) as first_reading_at,
        max(read_at) as last_reading_at,
        avg(distance_centimetres) as mean_distance,
        avg(acceleration) as mean_acceleration
    from {{ ref('stg_readings') }}
    group by serial_number
),

bands as (
    select r.serial_number, b.band
    from readings r
    join {{ ref('distance_bands') }} b
        on r.mean_distance >= b.from_centimetres and r.mean_distance < b.to_centimetres
)

select
    d.serial_number,
    d.customers,
    d.shared_since,
    coalesce(r.readings, 0) as readings,
    r.first_reading_at,
    r.last_reading_at,
    r.mean_distance,
    r.mean_acceleration,
    coalesce(b.band, 'none') as band
from {{ ref('stg_devices') }} d
left join readings r on r.serial_number = d.serial_number
left join bands b on b.serial_number = d.serial_number
