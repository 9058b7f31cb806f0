-- How many trusted step readings are left out because serial number and time fit several people.
select count(*) as ambiguous
from step_trainer_trusted s
join (
  select c.serialnumber, a."timestamp" as readingtime
  from customer_landing c
  join accelerometer_landing a on a."user" = c.email
  group by c.serialnumber, a."timestamp"
  having count(distinct c.email) > 1
) several
  on several.serialnumber = s.serialnumber
 and several.readingtime = s.sensorreadingtime
