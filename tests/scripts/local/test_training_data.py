"""The parts of the training data: the same every time, nobody in two; and the example of the documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from awsglue_local import GlueLocalError
from scripts import stedi
from scripts.local.training_data import PARTS, split_training_data, write_training_data
from tests.conftest import run_all
from tests.lakehouse.small_worlds import make_worlds

PAGE = (stedi.ROOT / "docs" / "training-data.md").read_text(encoding="utf-8")


def test_nobody_is_in_two_parts(tmp_path: Path) -> None:
    worlds = make_worlds(2000, seed=7)
    worlds.write(tmp_path / "landing")
    run_all(tmp_path / "landing", tmp_path / "lake", "sail")
    parts_of = defaultdict(set)
    steps = []
    for part, rows in split_training_data(tmp_path / "lake").items():
        steps += [(row["distancefromobject"], row["x"]) for row in rows.to_pylist()]
        for step in rows["distancefromobject"].to_pylist():
            wearer, device, _ = worlds.steps[step]
            parts_of[wearer].add(part)
            parts_of[device].add(part)
    # every row is in one part, every device and person too
    assert sorted(steps) == sorted((step, float(reading)) for step, reading in worlds.training_rows())
    assert {len(parts) for parts in parts_of.values()} == {1}
    people = [person for person in worlds.people.values() if len(person.devices) > 1 and person.email in parts_of]
    assert len(people) > 20


def test_the_parts_of_the_real_data(tmp_path: Path, real_landing: Path) -> None:
    run_all(real_landing, tmp_path / "lake", "sail")
    first = write_training_data(tmp_path / "lake", tmp_path / "training")
    run_all(real_landing, tmp_path / "lake", "sail")
    again = split_training_data(tmp_path / "lake")
    assert first == again
    shares = [first[part].num_rows / 32_025 for part in PARTS]
    assert sum(shares) == 1
    assert all(abs(share - wanted) < 0.05 for share, wanted in zip(shares, (0.7, 0.15, 0.15), strict=True))
    # the example prints what the page says that it prints
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (printed,) = re.findall(r"program prints:\n\n```\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout == printed, done.stderr


def test_the_page_names_every_column() -> None:
    (table,) = [one for one in stedi.tables() if one.name == stedi.TRAINING_TABLE]
    columns = table.definition["StorageDescriptor"]["Columns"]
    rows = [f"| `{column['Name']}` | {column['Type']} | {column['Comment']} |" for column in columns]
    between = PAGE.partition("<!-- schema -->")[2].partition("<!-- end of schema -->")[0]
    assert between.strip().splitlines()[2:] == rows


def test_a_lake_without_training_data(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    with pytest.raises(GlueLocalError):
        split_training_data(tmp_path)
