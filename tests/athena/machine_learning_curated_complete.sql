-- No pair of a trusted step and a trusted reading of the same one customer at the same time is missing.
with wearers as (
  select c.serialnumber, a."timestamp" as readingtime, min(c.email) as wearer, count(distinct c.email) as people
  from customer_landing c
  join accelerometer_landing a on a."user" = c.email
  group by c.serialnumber, a."timestamp"
)
select s.*, t.x, t.y, t.z
from step_trainer_trusted s
join wearers w
  on w.serialnumber = s.serialnumber
 and w.readingtime = s.sensorreadingtime
 and w.people = 1
join accelerometer_trusted t
  on t."user" = w.wearer
 and t."timestamp" = w.readingtime
where not exists (
  select 1
  from machine_learning_curated m
  where m.serialnumber = s.serialnumber
    and m.sensorreadingtime = s.sensorreadingtime
    and m.distancefromobject is not distinct from s.distancefromobject
    and m.x is not distinct from t.x
    and m.y is not distinct from t.y
    and m.z is not distinct from t.z
)
