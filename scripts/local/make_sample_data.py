"""Write `sample_data/`: small landing files with every defect that the real ones can have. Same seed, same bytes."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEED = 20220618
CUSTOMERS = 120
SHARED_SERIAL_NUMBERS = 30
START = 1_655_560_000_000
"""The first registration, epoch milliseconds."""
HOUR = 3_600_000
READING_TIMES = 9
FILES = {"customer": 1, "accelerometer": 3, "step_trainer": 2}

FIRST_NAMES = [
    "Ana",
    "Björn",
    "Chloé",
    "Đặng",
    "Efua",
    "Фёдор",
    "Giulia",
    "Håkon",
    "İpek",
    "José",
    "Kei",
    "花子",
    "Zoë",
]
LAST_NAMES = [
    "Almeida",
    "Brontë",
    "Çelik",
    "Dvořák",
    "Ek",
    "García",
    "Høst",
    "Ito",
    "Jońca",
    "Kaya",
    "López",
    "山田",
    "Ng",
]

Record = dict[str, Any]


@dataclass
class World:
    """The records of the three sources, as lines to be written."""

    customers: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    def add_customer(self, customer: Record) -> None:
        """Add a line to customer/landing."""
        self.customers.append(json.dumps(customer, ensure_ascii=False))

    def add_reading(self, user: str, time: int, rng: random.Random) -> None:
        """Add a line to accelerometer/landing; x, y and z are -1, 0 or 1, as the app gives them."""
        axes = {axis: float(rng.randint(-1, 1)) for axis in ("x", "y", "z")}
        self.readings.append(json.dumps({"user": user, "timestamp": time, **axes}, ensure_ascii=False))

    def add_step(self, serial_number: str, time: int, rng: random.Random) -> None:
        """Add a line to step_trainer/landing."""
        step = {"sensorReadingTime": time, "serialNumber": serial_number, "distanceFromObject": rng.randint(190, 290)}
        self.steps.append(json.dumps(step))


class Generator:
    """Makes a world of customers.

    Parameters
    ----------
    customers
        How many ordinary customers; the special cases come on top.
    seed
        Same seed, same world.
    """

    def __init__(self, customers: int, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 (made-up data, no secrets)
        self.count = customers
        self.world = World()
        self.serial_numbers = [self._serial_number() for _ in range(SHARED_SERIAL_NUMBERS)]
        self.clock = START

    def make(self) -> World:
        """Return the world."""
        for number in range(self.count):
            self._ordinary_customer(number)
        self._same_moment()
        self._consent_at_the_moment()
        self._consent_in_odd_forms()
        self._e_mails_that_differ_in_case()
        self._later_records()
        self._strangers()
        self._exact_duplicates()
        self._broken_lines()
        return self.world

    def _ordinary_customer(self, number: int) -> None:
        """Add a customer with one of the shared serial numbers and readings, consenting or not."""
        customer = self._customer(f"customer.{number:05}@example.com")
        registered = customer["registrationDate"]
        match number % 6:
            case 0 | 1:
                pass  # never consented: the key is absent
            case 2:
                customer["shareWithResearchAsOfDate"] = registered + HOUR // 2  # after half of the readings
            case _:
                customer["shareWithResearchAsOfDate"] = registered
        if number % 6 != 5:  # every sixth consented and never used the app
            self._readings(customer, [registered + tick * HOUR // READING_TIMES for tick in range(READING_TIMES)])
        self.world.add_customer(customer)

    def _same_moment(self) -> None:
        """Add pairs of people whose readings share a millisecond."""
        same, other = self.serial_numbers[0], self.serial_numbers[1]
        # the same serial number too: nobody can say whose step it was
        self._pair("ambiguous", (same, same), consents=(True, True))
        # one of the two never consented: a step of theirs must not pass as the other's
        self._pair("ambiguous.silent", (same, same), consents=(True, False))
        # different serial numbers: each step belongs to its own customer
        self._pair("distinct", (same, other), consents=(True, True))

    def _pair(self, name: str, serial_numbers: tuple[str, str], consents: tuple[bool, bool]) -> None:
        times = [self._later() for _ in range(4)]
        for number, (serial_number, consent) in enumerate(zip(serial_numbers, consents, strict=True)):
            customer = self._customer(f"{name}.{number}@example.com", serial_number)
            if consent:
                customer["shareWithResearchAsOfDate"] = times[0]
            self._readings(customer, times)
            self.world.add_customer(customer)

    def _consent_at_the_moment(self) -> None:
        """Add a customer with readings a millisecond before, at, and after the consent."""
        customer = self._customer("to.the.millisecond@example.com")
        consent = customer["registrationDate"] + HOUR
        customer["shareWithResearchAsOfDate"] = consent
        self._readings(customer, [consent - 1, consent, consent + 1])
        self.world.add_customer(customer)

    def _consent_in_odd_forms(self) -> None:
        """Add customers whose consent is 0 or null: no consent."""
        for name, consent in (("zero", 0), ("null", None)):
            customer = self._customer(f"consent.{name}@example.com")
            customer["shareWithResearchAsOfDate"] = consent
            self._readings(customer, [customer["registrationDate"] + HOUR])
            self.world.add_customer(customer)

    def _e_mails_that_differ_in_case(self) -> None:
        """Add two people whose e-mails differ only in case: one consented, one did not."""
        for email, consent in (("Maria.Case@example.com", True), ("maria.case@example.com", False)):
            customer = self._customer(email)
            if consent:
                customer["shareWithResearchAsOfDate"] = customer["registrationDate"]
            self._readings(customer, [customer["registrationDate"] + HOUR * hour for hour in (1, 2)])
            self.world.add_customer(customer)

    def _later_records(self) -> None:
        """Add customers with two records: one withdraws the consent in the later one, one only has a new phone."""
        for name, stays in (("withdrawn", False), ("moved", True)):
            customer = self._customer(f"{name}@example.com")
            consent = {"shareWithResearchAsOfDate": customer["registrationDate"]}
            self._readings(customer, [customer["registrationDate"] + HOUR])
            self.world.add_customer({**customer, **consent})
            later = {**customer, "phone": "+15550000000", "lastUpdateDate": customer["lastUpdateDate"] + HOUR}
            self.world.add_customer({**later, **consent} if stays else later)

    def _strangers(self) -> None:
        """Add readings of nobody's e-mail, and steps of devices that nobody has."""
        for number in range(5):
            self.world.add_reading(f"stranger.{number}@example.com", self._later(), self.rng)
            self.world.add_step(self._serial_number(), self._later(), self.rng)

    def _exact_duplicates(self) -> None:
        """Add some lines of each source again."""
        for lines in (self.world.customers, self.world.readings, self.world.steps):
            lines.extend(lines[index] for index in range(3, min(len(lines), 60), 7))

    def _broken_lines(self) -> None:
        """Add lines that are no JSON object, in the middle of each source."""
        broken = ['{"user": "cut.off@example.com", "timestamp": 16555', "not JSON at all", '["an", "array"]']
        for lines, line in zip((self.world.readings, self.world.steps, self.world.customers), broken, strict=True):
            lines.insert(len(lines) // 2, line)

    def _customer(self, email: str, serial_number: str | None = None) -> Record:
        registered = self._later()
        name = f"{self.rng.choice(FIRST_NAMES)} {self.rng.choice(LAST_NAMES)}"
        born = f"{self.rng.randint(1930, 2004)}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"
        shares = {}
        if self.rng.random() < 0.5:
            shares["shareWithPublicAsOfDate"] = registered
        if self.rng.random() < 0.5:
            shares["shareWithFriendsAsOfDate"] = registered
        return {
            "customerName": name,
            "email": email,
            "phone": f"+1555{self.rng.randint(0, 9_999_999):07}",
            "birthDay": born,
            "serialNumber": serial_number or self.rng.choice(self.serial_numbers),
            "registrationDate": registered,
            "lastUpdateDate": registered,
            **shares,
        }

    def _readings(self, customer: Record, times: list[int]) -> None:
        """Add, for each time, a step reading and one to three accelerometer readings of a customer."""
        for time in times:
            self.world.add_step(customer["serialNumber"], time, self.rng)
            for _ in range(self.rng.randint(1, 3)):
                self.world.add_reading(customer["email"], time, self.rng)

    def _later(self) -> int:
        """Return a time some minutes after the one before, in epoch milliseconds."""
        self.clock += self.rng.randint(60_000, 600_000)
        return self.clock

    def _serial_number(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


def write(world: World, output: Path) -> None:
    """Replace the landing folders below `output`."""
    for source, lines in zip(FILES, (world.customers, world.readings, world.steps), strict=True):
        folder, aside = output / source / "landing", output / source / "landing.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for number, part in enumerate(_split(lines, FILES[source])):
            (aside / f"{source}-{number}.json").write_text("".join(f"{line}\n" for line in part), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)


def _split(lines: list[str], parts: int) -> Iterator[list[str]]:
    size = -(-len(lines) // parts)
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="make_sample_data", description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    write(Generator(options.customers, options.seed).make(), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
