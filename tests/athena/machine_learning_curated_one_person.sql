-- No row mixes two people: serial number and time point to one customer among all of them, consenting or not,
-- and the accelerometer reading is a trusted one of that very customer.
with wearers as (
  select c.serialnumber, a."timestamp" as readingtime, min(c.email) as wearer, count(distinct c.email) as people
  from customer_landing c
  join accelerometer_landing a on a."user" = c.email
  group by c.serialnumber, a."timestamp"
)
select m.*
from machine_learning_curated m
where m."timestamp" is distinct from m.sensorreadingtime
   or not exists (
     select 1
     from wearers w
     join accelerometer_trusted t
       on t."user" = w.wearer
      and t."timestamp" = w.readingtime
     where w.serialnumber = m.serialnumber
       and w.readingtime = m.sensorreadingtime
       and w.people = 1
       and t.x is not distinct from m.x
       and t.y is not distinct from m.y
       and t.z is not distinct from m.z
   )
