-- No reading is somebody else's than a trusted customer's, or from before the consent.
select a.*
from accelerometer_trusted a
where not exists (
  select 1
  from customer_trusted c
  where c.email = a."user"
    and c.sharewithresearchasofdate <= a."timestamp"
)
-- Restates the rule of docs/consent.md independently.
