-- No reading that a trusted customer's consent covers is missing.
select l.*
from accelerometer_landing l
join customer_trusted c
  on c.email = l."user"
 and c.sharewithresearchasofdate <= l."timestamp"
where not exists (
  select 1
  from accelerometer_trusted a
  where a."user" = l."user"
    and a."timestamp" = l."timestamp"
    and a.x is not distinct from l.x
    and a.y is not distinct from l.y
    and a.z is not distinct from l.z
)
-- Restates the rule of docs/consent.md independently.
