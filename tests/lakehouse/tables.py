"""Reads tables of a lake, and computes what they must hold from the landing files alone, in plain Python.

It restates the consent rule of docs/consent.md independently.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq

from awsglue_local.storage.lake import Lake, data_files
from awsglue_local.storage.table import Table
from scripts import stedi

Value = TypeVar("Value")
Rows = Counter[tuple[Any, ...]]
DEFINITIONS = {table.name: table for table in stedi.tables()}
FIVE = [
    "customer_landing_to_trusted",
    "accelerometer_landing_to_trusted",
    "customer_trusted_to_curated",
    "step_trainer_landing_to_trusted",
    "machine_learning_curated",
]
"""STEDI's jobs in their order. Somebody may add more: what holds for all jobs is checked of all, the rest of these."""
LANDING = ["customer_landing", "accelerometer_landing", "step_trainer_landing"]
ZONES = [
    "customer_trusted",
    "accelerometer_trusted",
    "customers_curated",
    "step_trainer_trusted",
    "machine_learning_curated",
]
CUSTOMER = [
    "customername",
    "email",
    "phone",
    "birthday",
    "serialnumber",
    "registrationdate",
    "lastupdatedate",
    "sharewithresearchasofdate",
    "sharewithpublicasofdate",
    "sharewithfriendsasofdate",
]


def table_rows(lake: Path, table: Table) -> Rows:
    """Return the rows of a zone table's files, as tuples in the catalog's column order."""
    names = [name for name, _ in table.columns]
    rows: Rows = Counter()
    for file in data_files(Lake(lake).path(table.location)):
        content = pq.ParquetFile(file).read()
        assert sorted(content.column_names) == sorted(names), file
        rows.update(zip(*(content.column(name).to_pylist() for name in names), strict=True))
    return rows


def of_the_five(jobs: Iterable[str]) -> list[str]:
    """Return those of STEDI's jobs among others, in the order in which they stand."""
    return [job for job in jobs if job in FIVE]


def of_the_zones(tables: Mapping[str, Value]) -> dict[str, Value]:
    """Return what is said of the tables of STEDI's jobs."""
    return {name: tables[name] for name in ZONES}


def zone_rows(lake: Path) -> dict[str, Rows]:
    """Return the rows of all five zone tables."""
    return {name: table_rows(lake, DEFINITIONS[name]) for name in ZONES}


def expected_rows(landing: Path) -> dict[str, Rows]:
    """Return what the zone tables must hold."""
    customers = records(landing / "customer" / "landing")
    readings = records(landing / "accelerometer" / "landing")
    steps = records(landing / "step_trainer" / "landing")

    trusted = {
        tuple(c.get(name) for name in CUSTOMER)
        for c in customers
        if c.get("sharewithresearchasofdate") and not any(supersedes(other, c) for other in customers)
    }
    consent = {row[CUSTOMER.index("email")]: row[CUSTOMER.index("sharewithresearchasofdate")] for row in trusted}
    assert len(consent) == len(trusted), "an e-mail with two different records needs a rule of its own"

    used = {
        (r["user"], r["timestamp"], r["x"], r["y"], r["z"])
        for r in readings
        if r["user"] in consent and r["timestamp"] >= consent[r["user"]]
    }
    users = {row[0] for row in used}
    curated = {row for row in trusted if row[CUSTOMER.index("email")] in users}

    devices = {row[CUSTOMER.index("serialnumber")] for row in curated}
    walked = {
        (s["sensorreadingtime"], s["serialnumber"], s["distancefromobject"])
        for s in steps
        if s["serialnumber"] in devices
    }

    times = defaultdict(set)
    for r in readings:
        times[r["user"]].add(r["timestamp"])
    wearers = defaultdict(set)
    for c in customers:
        for time in times[c["email"]]:
            wearers[c.get("serialnumber"), time].add(c["email"])
    at = defaultdict(list)
    for user, time, *axes in used:
        at[user, time].append(axes)
    learned = set()
    for time, device, distance in walked:
        people = wearers[device, time]
        if len(people) == 1:
            learned |= {(time, device, distance, time, *axes) for axes in at[next(iter(people)), time]}
    tables: list[set[tuple[Any, ...]]] = [trusted, used, curated, walked, learned]
    return {name: Counter(rows) for name, rows in zip(ZONES, tables, strict=True)}


def supersedes(other: dict[str, Any], customer: dict[str, Any]) -> bool:
    """Say whether another record of the same customer is the one that counts."""
    if other["email"] != customer["email"]:
        return False
    newer = other["lastupdatedate"] - customer["lastupdatedate"]
    return newer > 0 or (newer == 0 and not other.get("sharewithresearchasofdate"))


def records(folder: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a landing folder, with lower-case keys; lines that are none are left out."""
    found = []
    for file in sorted(folder.iterdir()):
        for line in file.read_text(encoding="utf-8").split("\n"):
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                found.append({key.lower(): value for key, value in record.items()})
    return found
