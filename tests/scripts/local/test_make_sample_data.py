"""The sample data: reproducible, current, small, and with every case that it is made for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from scripts.local.make_sample_data import CUSTOMERS, SEED, SHARED_SERIAL_NUMBERS, Generator, write
from scripts.stedi import ROOT
from tests.conftest import SAMPLE_LANDING
from tests.lakehouse.tables import records

CUSTOMER_RECORDS = records(SAMPLE_LANDING / "customer" / "landing")
READINGS = records(SAMPLE_LANDING / "accelerometer" / "landing")
STEPS = records(SAMPLE_LANDING / "step_trainer" / "landing")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def test_the_command_writes_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.local.make_sample_data", "--output", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    assert content(tmp_path) == content(SAMPLE_LANDING), "run `make sample-data`"


def test_another_seed_and_size(tmp_path: Path) -> None:
    write(Generator(CUSTOMERS, SEED + 1).make(), tmp_path)
    assert content(tmp_path) != content(SAMPLE_LANDING)
    write(Generator(CUSTOMERS * 10, SEED).make(), tmp_path)
    assert 9 < len(records(tmp_path / "accelerometer" / "landing")) / len(READINGS) < 11


def test_a_few_hundred_kib() -> None:
    assert 100 << 10 < sum(map(len, content(SAMPLE_LANDING).values())) < 500 << 10


def test_consent_cases() -> None:
    consents = {c["email"]: c.get("sharewithresearchasofdate", "absent") for c in CUSTOMER_RECORDS}
    times = defaultdict(list)
    for reading in READINGS:
        times[reading["user"]].append(reading["timestamp"])
    assert {"absent", 0, None} <= set(consents.values())
    given = {email: date for email, date in consents.items() if isinstance(date, int) and date}
    assert any(min(times[email], default=date) < date <= max(times[email], default=0) for email, date in given.items())
    assert any(email not in times for email in given)
    assert {-1, 0, 1} <= {time - date for email, date in given.items() for time in times[email]}


def test_later_records() -> None:
    found = defaultdict(list)
    for customer in sorted(CUSTOMER_RECORDS, key=lambda customer: customer["lastupdatedate"]):
        found[customer["email"]].append("sharewithresearchasofdate" in customer)
    assert found["withdrawn@example.com"] == [True, False]
    assert found["moved@example.com"] == [True, True]


def test_the_serial_number_defect() -> None:
    numbers = Counter(customer["serialnumber"] for customer in CUSTOMER_RECORDS)
    assert len(numbers) == SHARED_SERIAL_NUMBERS
    assert len(CUSTOMER_RECORDS) > 4 * SHARED_SERIAL_NUMBERS


def test_two_people_at_one_moment() -> None:
    customers = {customer["email"]: customer for customer in CUSTOMER_RECORDS}
    people = defaultdict(set)
    for reading in READINGS:
        if reading["user"] in customers:
            people[reading["timestamp"]].add(reading["user"])
    pairs = [sorted(pair) for pair in people.values() if len(pair) == 2]
    found = {
        (
            customers[a]["serialnumber"] == customers[b]["serialnumber"],
            bool(customers[a].get("sharewithresearchasofdate")) and bool(customers[b].get("sharewithresearchasofdate")),
        )
        for a, b in pairs
    }
    assert {(True, True), (True, False), (False, True)} <= found


def test_duplicates_strangers_and_broken_lines() -> None:
    for source, known in (("customer", CUSTOMER_RECORDS), ("accelerometer", READINGS), ("step_trainer", STEPS)):
        lines = [
            line
            for file in sorted((SAMPLE_LANDING / source / "landing").iterdir())
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        assert len(lines) == len(known) + 1, "one broken line"
        assert max(Counter(json.dumps(record) for record in known).values()) > 1
    emails = {customer["email"] for customer in CUSTOMER_RECORDS}
    assert any(reading["user"] not in emails for reading in READINGS)
    devices = {customer["serialnumber"] for customer in CUSTOMER_RECORDS}
    assert any(step["serialnumber"] not in devices for step in STEPS)


def test_names_and_e_mails() -> None:
    emails = {customer["email"] for customer in CUSTOMER_RECORDS}
    assert len({email.lower() for email in emails}) < len(emails)
    assert any(not customer["customername"].isascii() for customer in CUSTOMER_RECORDS)
