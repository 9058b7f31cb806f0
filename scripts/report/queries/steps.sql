-- What became of each reading of step_trainer_landing on the way to step_trainer_trusted
with devices as (
  select distinct serialnumber from customers_curated
), numbered as (
  select s.*, row_number() over (
    partition by sensorreadingtime, serialnumber, distancefromobject order by serialnumber) as copy
  from step_trainer_landing s
)
select case
    when d.serialnumber is null then 'device of no curated customer'
    when n.copy > 1 then 'the same reading again'
    else 'step_trainer_trusted'
  end as became, count(*) as records
from numbered n left join devices d on d.serialnumber = n.serialnumber
group by 1
