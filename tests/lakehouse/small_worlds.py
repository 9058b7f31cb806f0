"""Small worlds of people, consents, devices and moments, with the truth about who moved, written as landing files.

Every reading and every step has a number of its own, as its x and its distance, so that a row of the training data tells
whose it is.

It restates the consent rule of docs/consent.md independently.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NONE_GIVEN = object()
MOMENTS = range(1_655_560_000_000, 1_655_560_000_006)
"""Times of readings, epoch milliseconds; so few that people of one world, and of all, move at the same moments."""


@dataclass
class Person:
    """A person: the records of customer/landing, the latest last, and what the latest says of consent (0 for none)."""

    email: str
    records: list[dict[str, Any]] = field(default_factory=list)
    consent: int = 0

    @property
    def devices(self) -> set[str]:
        """The serial numbers that some record names."""
        return {record["serialNumber"] for record in self.records}


@dataclass
class Worlds:
    """All worlds together.

    Attributes
    ----------
    readings
        Number to (e-mail, time).
    steps
        Number to (e-mail of who took it, serial number, time).
    """

    people: dict[str, Person] = field(default_factory=dict)
    readings: dict[int, tuple[str, int]] = field(default_factory=dict)
    steps: dict[int, tuple[str, str, int]] = field(default_factory=dict)

    def add_world(self, number: int, rng: random.Random) -> None:
        """Add a world of one to four people who share few devices."""
        devices = [f"{number}-{device}" for device in range(rng.randint(1, 3))]
        for place in range(rng.randint(1, 4)):
            # two e-mails of a world may differ in case alone: they are two people
            name = "p0" if place == 0 else rng.choice(["P0", f"p{place}"])
            email = f"{name}.{number}@example.com"
            if email not in self.people:
                self._add_person(email, devices, rng)

    def _add_person(self, email: str, devices: list[str], rng: random.Random) -> None:
        person = self.people[email] = Person(email)
        person.records.append(self._record(email, rng.choice(devices), 100, person, rng))
        if rng.random() < 0.3:
            device = rng.choice([person.records[0]["serialNumber"], rng.choice(devices)])
            person.records.append(self._record(email, device, 200, person, rng))
        if rng.random() < 0.1:
            person.records.append(dict(person.records[-1]))
        device = person.records[-1]["serialNumber"]
        for moment in rng.sample(MOMENTS, rng.randint(0, 3)):
            for _ in range(rng.randint(1, 2)):
                self.readings[len(self.readings)] = (email, moment)
            if rng.random() < 0.9:
                self.steps[len(self.steps)] = (email, device, moment)

    def _record(self, email: str, device: str, updated: int, person: Person, rng: random.Random) -> dict[str, Any]:
        consent = rng.choice([NONE_GIVEN, 0, None, MOMENTS[0], MOMENTS[0], MOMENTS[2], MOMENTS[4]])
        person.consent = consent if isinstance(consent, int) else 0
        given = {} if consent is NONE_GIVEN else {"shareWithResearchAsOfDate": consent}
        return {
            "customerName": f"Name of {email}",
            "email": email,
            "phone": f"Phone of {email}",
            "birthDay": "2000-01-01",
            "serialNumber": device,
            "registrationDate": 1,
            "lastUpdateDate": updated,
            **given,
        }

    def write(self, landing: Path) -> None:
        """Write landing files."""
        customers = [record for person in self.people.values() for record in person.records]
        readings = [
            {"user": email, "timestamp": moment, "x": float(number), "y": 0.0, "z": 0.0}
            for number, (email, moment) in self.readings.items()
        ]
        steps = [
            {"sensorReadingTime": moment, "serialNumber": device, "distanceFromObject": number}
            for number, (_, device, moment) in self.steps.items()
        ]
        for source, records in (("customer", customers), ("accelerometer", readings), ("step_trainer", steps)):
            folder = landing / source / "landing"
            folder.mkdir(parents=True)
            text = "".join(f"{json.dumps(record)}\n" for record in records)
            (folder / "all.json").write_text(text, encoding="utf-8")

    def training_rows(self) -> set[tuple[int, int]]:
        """Return the rows that the training data must have, as (number of the step, number of the reading)."""
        usable = defaultdict(list)
        movers = defaultdict(set)
        for number, (email, moment) in self.readings.items():
            if self._covers(email, moment):
                usable[email, moment].append(number)
            for device in self.people[email].devices:
                movers[device, moment].add(email)
        curated = {self.people[email].records[-1]["serialNumber"] for email, _ in usable}
        return {
            (step, reading)
            for step, (email, device, moment) in self.steps.items()
            if movers[device, moment] == {email} and device in curated
            for reading in usable[email, moment]
        }

    def _covers(self, email: str, moment: int) -> bool:
        consent = self.people[email].consent
        return bool(consent) and moment >= consent

    def faults(self, rows: Counter[tuple[int, int]]) -> list[str]:
        """Return what is wrong with rows of the training data, (number of the step, number of the reading)."""
        found = []
        for step, reading in rows:
            wearer, _, _ = self.steps[step]
            email, moment = self.readings[reading]
            if email != wearer:
                found.append(f"a step of {wearer} with a reading of {email}")
            if not self.people[email].consent:
                found.append(f"{email} did not consent, or withdrew")
            elif not self._covers(email, moment):
                found.append(f"a reading of {email} at {moment}, before the consent at {self.people[email].consent}")
        found += [f"row {row} stands {count} times" for row, count in rows.items() if count > 1]
        return found


def make_worlds(count: int, seed: int) -> Worlds:
    """Return worlds; the same seed gives the same ones."""
    rng = random.Random(seed)
    worlds = Worlds()
    for number in range(count):
        worlds.add_world(number, rng)
    return worlds
