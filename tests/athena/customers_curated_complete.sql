-- No trusted customer with a trusted reading is missing.
select t.*
from customer_trusted t
where exists (select 1 from accelerometer_trusted a where a."user" = t.email)
  and not exists (select 1 from customers_curated c where c.email = t.email)
