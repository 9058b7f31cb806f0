-- No value is a customer's e-mail, phone, name or birthday.
select m.*
from machine_learning_curated m
join (
  select email as personal from customer_landing
  union
  select phone from customer_landing
  union
  select customername from customer_landing
  union
  select birthday from customer_landing
) p on p.personal = m.serialnumber
