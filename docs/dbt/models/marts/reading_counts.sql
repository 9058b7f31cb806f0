{{ config(materialized='incremental', incremental_strategy='append') }}

-- one row a run: how many readings there were
select
    count(*) as readings,
    count(distinct serial_number) as devices,
    cast(current_timestamp as timestamp(3)) as counted_at
from {{ ref('stg_readings') }}
