-- What became of each record of customer_landing on the way to customer_trusted
with latest as (
  select email, max(lastupdatedate) as lastupdatedate from customer_landing group by email
), silent as (
  select distinct l.email from latest l join customer_landing c
    on c.email = l.email and c.lastupdatedate = l.lastupdatedate
  where coalesce(c.sharewithresearchasofdate, 0) <= 0
), numbered as (
  select c.*, row_number() over (
    partition by customername, email, phone, birthday, serialnumber, registrationdate, lastupdatedate,
      sharewithresearchasofdate, sharewithpublicasofdate, sharewithfriendsasofdate
    order by email) as copy
  from customer_landing c
)
select case
    when coalesce(n.sharewithresearchasofdate, 0) <= 0 then 'no consent'
    when s.email is not null then 'consent withdrawn later'
    when n.lastupdatedate < l.lastupdatedate then 'a later record counts'
    when n.copy > 1 then 'the same record again'
    else 'customer_trusted'
  end as became, count(*) as records
from numbered n
left join latest l on l.email = n.email
left join silent s on s.email = n.email
group by 1
-- Restates the rule of docs/consent.md independently.
