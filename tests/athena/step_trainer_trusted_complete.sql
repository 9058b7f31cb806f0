-- No step reading of such a serial number is missing.
select l.*
from step_trainer_landing l
where exists (select 1 from customers_curated c where c.serialnumber = l.serialnumber)
  and not exists (
    select 1
    from step_trainer_trusted s
    where s.serialnumber = l.serialnumber
      and s.sensorreadingtime = l.sensorreadingtime
      and s.distancefromobject is not distinct from l.distancefromobject
  )
