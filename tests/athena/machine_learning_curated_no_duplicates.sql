-- No row stands twice.
select sensorreadingtime, serialnumber, distancefromobject, "timestamp", x, y, z, count(*) as copies
from machine_learning_curated
group by sensorreadingtime, serialnumber, distancefromobject, "timestamp", x, y, z
having count(*) > 1
