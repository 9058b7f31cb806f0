-- Only customers who agreed to share with research are trusted: they agreed in their latest record in the landing data.
select t.*
from customer_trusted t
where t.sharewithresearchasofdate is null
   or t.sharewithresearchasofdate <= 0
   or not exists (
     select 1
     from customer_landing l
     where l.email = t.email
       and l.sharewithresearchasofdate = t.sharewithresearchasofdate
   )
   or exists (
     select 1
     from customer_landing l
     where l.email = t.email
       and (
         l.lastupdatedate > t.lastupdatedate
         or (l.lastupdatedate = t.lastupdatedate and coalesce(l.sharewithresearchasofdate, 0) <= 0)
       )
   )
-- Restates the rule of docs/consent.md independently.
