-- Pairs of a trusted step and a trusted reading of the same person at the same time, and what became of each
with wearers as (
  select c.serialnumber, a."timestamp" as readingtime, min(c.email) as wearer, count(distinct c.email) as people
  from customer_landing c join accelerometer_landing a on a."user" = c.email
  group by c.serialnumber, a."timestamp"
), numbered as (
  select row_number() over (
    partition by s.sensorreadingtime, s.serialnumber, s.distancefromobject, t."timestamp", t.x, t.y, t.z
    order by s.serialnumber) as copy
  from step_trainer_trusted s
  join wearers w on w.serialnumber = s.serialnumber and w.readingtime = s.sensorreadingtime and w.people = 1
  join accelerometer_trusted t on t."user" = w.wearer and t."timestamp" = w.readingtime
)
select case when copy > 1 then 'the same row again' else 'machine_learning_curated' end as became, count(*) as records
from numbered group by 1
