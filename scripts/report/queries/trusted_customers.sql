-- What became of each row of customer_trusted on the way to customers_curated
with numbered as (
  select email, row_number() over (partition by email order by lastupdatedate) as place from customer_trusted
), movers as (
  select distinct "user" as email from accelerometer_trusted
)
select case
    when m.email is null then 'no readings since the consent'
    when n.place > 1 then 'the same customer again'
    else 'customers_curated'
  end as became, count(*) as records
from numbered n left join movers m on m.email = n.email
group by 1
