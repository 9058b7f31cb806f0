-- What became of each row of step_trainer_trusted on the way to machine_learning_curated
with wearers as (
  select c.serialnumber, a."timestamp" as readingtime, min(c.email) as wearer, count(distinct c.email) as people
  from customer_landing c join accelerometer_landing a on a."user" = c.email
  group by c.serialnumber, a."timestamp"
), used as (
  select distinct "user" as email, "timestamp" as readingtime from accelerometer_trusted
)
select case
    when w.people is null then 'nobody moved then'
    when w.people > 1 then 'ambiguous serial number'
    when u.email is null then 'its wearer did not consent then'
    else 'machine_learning_curated'
  end as became, count(*) as records
from step_trainer_trusted s
left join wearers w on w.serialnumber = s.serialnumber and w.readingtime = s.sensorreadingtime
left join used u on u.email = w.wearer and u.readingtime = w.readingtime
group by 1
