-- Nobody who agreed is missing.
select l.*
from customer_landing l
where l.sharewithresearchasofdate > 0
  and not exists (
    select 1
    from customer_trusted t
    where t.email = l.email
      and t.sharewithresearchasofdate = l.sharewithresearchasofdate
  )
