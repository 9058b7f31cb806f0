-- The training data in three parts, about 70, 15 and 15 of a hundred devices; nobody is in two parts.
-- A device's part follows from its serial number alone: it stays what it is when rows come and go. But devices of which
-- somebody has, or had, several are all in train, since two of them in two parts would split a person: such a record
-- moves a device there. (b333 is 70, d999 is 85 of a hundred, of the four first digits of a checksum.)
with owners as (
  select email, count(distinct serialnumber) as devices from customer_landing group by email
), tied as (
  select distinct c.serialnumber from customer_landing c join owners o on o.email = c.email where o.devices > 1
), placed as (
  select m.*, t.serialnumber is not null as is_tied,
    lower(substr(to_hex(md5(to_utf8(m.serialnumber))), 1, 4)) as place
  from machine_learning_curated m left join tied t on t.serialnumber = m.serialnumber
)
select sensorreadingtime, serialnumber, distancefromobject, "timestamp", x, y, z,
  case when is_tied or place < 'b333' then 'train' when place < 'd999' then 'validation' else 'test' end as part
from placed
