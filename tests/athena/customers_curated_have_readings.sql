-- Every curated customer is a trusted one with at least one trusted reading.
select c.*
from customers_curated c
where not exists (select 1 from customer_trusted t where t.email = c.email)
   or not exists (select 1 from accelerometer_trusted a where a."user" = c.email)
