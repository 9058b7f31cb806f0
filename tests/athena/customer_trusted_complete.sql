-- Nobody whose latest record agrees is missing.
select l.*
from customer_landing l
where l.sharewithresearchasofdate > 0
  and not exists (
    select 1
    from customer_landing newer
    where newer.email = l.email
      and (
        newer.lastupdatedate > l.lastupdatedate
        or (newer.lastupdatedate = l.lastupdatedate and coalesce(newer.sharewithresearchasofdate, 0) <= 0)
      )
  )
  and not exists (
    select 1
    from customer_trusted t
    where t.email = l.email
      and t.lastupdatedate = l.lastupdatedate
      and t.sharewithresearchasofdate = l.sharewithresearchasofdate
  )
-- Restates the rule of docs/consent.md independently.
