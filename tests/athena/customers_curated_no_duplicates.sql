-- One row a customer; e-mails that differ only in case are two customers.
select email, count(*) as copies
from customers_curated
group by email
having count(*) > 1
