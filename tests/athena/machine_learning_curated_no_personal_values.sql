-- No value of the training data is a value of a column that ddl/ declares as personal.
select m.*
from machine_learning_curated m
join (
  ${personal_values}
) p on p.personal = m.serialnumber
