-- No row stands twice.
select sensorreadingtime, serialnumber, distancefromobject, count(*) as copies
from step_trainer_trusted
group by sensorreadingtime, serialnumber, distancefromobject
having count(*) > 1
