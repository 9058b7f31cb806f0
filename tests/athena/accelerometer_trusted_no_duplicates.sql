-- No row stands twice.
select "user", "timestamp", x, y, z, count(*) as copies
from accelerometer_trusted
group by "user", "timestamp", x, y, z
having count(*) > 1
