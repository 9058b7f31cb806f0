"""The pipeline as one would write it by hand in DuckDB's SQL.

It restates the consent rule of docs/consent.md independently.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

PIPELINE = """
create view customer as select * from read_json($landing || '/customer/landing/*.json',
  format = 'newline_delimited', columns = {customerName: 'varchar', email: 'varchar', phone: 'varchar',
  birthDay: 'varchar', serialNumber: 'varchar', registrationDate: 'bigint', lastUpdateDate: 'bigint',
  shareWithResearchAsOfDate: 'bigint', shareWithPublicAsOfDate: 'bigint', shareWithFriendsAsOfDate: 'bigint'});
create view accelerometer as select * from read_json($landing || '/accelerometer/landing/*.json',
  format = 'newline_delimited',
  columns = {user: 'varchar', timestamp: 'bigint', x: 'double', y: 'double', z: 'double'});
create view step_trainer as select * from read_json($landing || '/step_trainer/landing/*.json',
  format = 'newline_delimited',
  columns = {sensorReadingTime: 'bigint', serialNumber: 'varchar', distanceFromObject: 'int'});

create table customer_trusted as select distinct c.* from customer c anti join customer o on o.email = c.email
  and (o.lastUpdateDate > c.lastUpdateDate
    or (o.lastUpdateDate = c.lastUpdateDate and coalesce(o.shareWithResearchAsOfDate, 0) <= 0))
  where c.shareWithResearchAsOfDate > 0;
create table accelerometer_trusted as select distinct a.* from accelerometer a
  join customer_trusted c on a.user = c.email and a.timestamp >= c.shareWithResearchAsOfDate;
create table customers_curated as select distinct c.* from customer_trusted c
  where c.email in (select user from accelerometer_trusted);
create table step_trainer_trusted as select distinct s.* from step_trainer s
  where s.serialNumber in (select serialNumber from customers_curated);
create table machine_learning_curated as
  with wearers as (
    select c.serialNumber, a.timestamp, min(c.email) as wearer from customer c join accelerometer a on a.user = c.email
    group by c.serialNumber, a.timestamp having count(distinct c.email) = 1)
  select distinct s.*, t.timestamp, t.x, t.y, t.z from step_trainer_trusted s
  join wearers w on w.serialNumber = s.serialNumber and w.timestamp = s.sensorReadingTime
  join accelerometer_trusted t on t.user = w.wearer and t.timestamp = w.timestamp
"""
TABLES = [
    "customer_trusted",
    "accelerometer_trusted",
    "customers_curated",
    "step_trainer_trusted",
    "machine_learning_curated",
]


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="with_duckdb", description=__doc__)
    parser.add_argument("landing", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        landing = str(options.landing).replace("'", "''")
        # a view cannot hold a parameter, so the folder's name goes into the text
        connection.execute(PIPELINE.replace("$landing", f"'{landing}'"))
        for name in TABLES:
            connection.table(name).write_parquet(str(options.output / f"{name}.parquet"), compression="snappy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
