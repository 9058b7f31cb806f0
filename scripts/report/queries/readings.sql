-- What became of each reading of accelerometer_landing on the way to accelerometer_trusted
with known as (
  select distinct email from customer_landing where email is not null
), consent as (
  select email, min(sharewithresearchasofdate) as since from customer_trusted group by email
), numbered as (
  select a.*, row_number() over (partition by "user", "timestamp", x, y, z order by x) as copy
  from accelerometer_landing a
)
select case
    when k.email is null then 'nobody''s e-mail'
    when c.email is null then 'no consent'
    when n."timestamp" is null or n."timestamp" < c.since then 'before consent'
    when n.copy > 1 then 'the same reading again'
    else 'accelerometer_trusted'
  end as became, count(*) as records
from numbered n
left join known k on k.email = n."user"
left join consent c on c.email = n."user"
group by 1
-- Restates the rule of docs/consent.md independently.
