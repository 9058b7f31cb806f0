-- every reading of the training data is at or after the first consent of its device
select r.serial_number, r.read_at, d.shared_since
from {{ ref('stg_readings') }} r
join {{ ref('stg_devices') }} d on d.serial_number = r.serial_number
where r.read_at < d.shared_since
