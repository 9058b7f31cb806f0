-- Every trusted step reading is of a serial number that a curated customer has.
select s.*
from step_trainer_trusted s
where not exists (select 1 from customers_curated c where c.serialnumber = s.serialnumber)
