"""Ten thousand small worlds: nobody who did not consent, nobody's reading beside another's step, nothing personal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from awsglue_local.storage.lake import Lake, data_files
from tests.conftest import run_all
from tests.lakehouse.small_worlds import MOMENTS, Person, Worlds, make_worlds
from tests.lakehouse.tables import DEFINITIONS, ZONES, zone_rows

COUNT = 10_000
SEED = 20_261_124


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return make_worlds(COUNT, SEED)


@pytest.fixture(scope="module")
def lake(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds")
    worlds.write(folder / "landing")
    run_all(folder / "landing", folder / "lake", "sail")
    return folder / "lake"


def training_rows(lake: Path) -> Counter[tuple[int, int]]:
    """Return the rows of the training data, as (number of the step, number of the reading)."""
    names = [name for name, _ in DEFINITIONS["machine_learning_curated"].columns]
    step, reading = names.index("distancefromobject"), names.index("x")
    rows: Counter[tuple[int, int]] = Counter()
    for row, count in zone_rows(lake)["machine_learning_curated"].items():
        rows[row[step], int(row[reading])] += count
    return rows


def test_the_worlds_have_every_case(worlds: Worlds) -> None:
    """The property says nothing of what does not happen."""
    people = worlds.people.values()
    assert sum(not person.consent for person in people) > COUNT / 10
    withdrew = [
        one for one in people if not one.consent and any(r.get("shareWithResearchAsOfDate") for r in one.records)
    ]
    assert len(withdrew) > 500
    before = [1 for email, moment in worlds.readings.values() if 0 < moment < worlds.people[email].consent]
    assert len(before) > 1000
    expected = worlds.training_rows()
    assert len(expected) > 5000
    consenting = {(device, moment) for email, device, moment in worlds.steps.values() if worlds._covers(email, moment)}
    used = {worlds.steps[step][1:] for step, _ in expected}
    assert len(consenting - used) > 1000  # moments at which several people had the device


def test_no_row_before_consent_or_of_two_people_and_none_missing(worlds: Worlds, lake: Path) -> None:
    rows = training_rows(lake)
    assert worlds.faults(rows)[:5] == []
    assert set(rows) == worlds.training_rows()


def test_who_withdrew_or_never_consented_is_in_no_table(worlds: Worlds, lake: Path) -> None:
    silent = {email for email, person in worlds.people.items() if not person.consent}
    assert silent
    for table, rows in zone_rows(lake).items():
        assert not [row for row in rows if silent & {value for value in row if isinstance(value, str)}][:5], table


def test_nothing_personal_is_in_the_files_of_the_training_data(worlds: Worlds, lake: Path) -> None:
    table = DEFINITIONS["machine_learning_curated"]
    devices = {device for person in worlds.people.values() for device in person.devices}
    files = data_files(Lake(lake).path(table.location))
    assert files
    for file in files:
        content = pq.read_table(file)
        assert set(content.column_names) == {name for name, _ in table.columns}
        texts = {value for column in content.columns for value in column.to_pylist() if isinstance(value, str)}
        assert texts <= devices


@pytest.mark.parametrize("table", ZONES)
def test_every_table_has_rows(lake: Path, table: str) -> None:
    assert zone_rows(lake)[table].total() > 100


def test_what_is_wrong_is_found() -> None:
    """The property can fail: rows that a join on the time alone would give, a reading from before the consent."""
    worlds = Worlds()
    for email, consent in (("a@x", MOMENTS[1]), ("b@x", 0)):
        worlds.people[email] = Person(email, [{"serialNumber": "d1" if consent else "d2"}], consent)
    worlds.readings = {0: ("a@x", MOMENTS[0]), 1: ("a@x", MOMENTS[1]), 2: ("b@x", MOMENTS[1])}
    worlds.steps = {0: ("a@x", "d1", MOMENTS[0]), 1: ("a@x", "d1", MOMENTS[1])}
    assert worlds.training_rows() == {(1, 1)}
    assert worlds.faults(Counter([(1, 1)])) == []
    assert worlds.faults(Counter([(0, 0)])) == [f"a reading of a@x at {MOMENTS[0]}, before the consent at {MOMENTS[1]}"]
    assert worlds.faults(Counter([(1, 2)])) == [
        "a step of a@x with a reading of b@x",
        "b@x did not consent, or withdrew",
    ]
    assert worlds.faults(Counter([(1, 1), (1, 1)])) == ["row (1, 1) stands 2 times"]
