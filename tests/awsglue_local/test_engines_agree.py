"""Random records through random chains of transforms: both engines give the same rows and columns."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsglue_local import LocalGlue
from awsglue_local.job_run.engine import Engine
from awsglue_local.storage.lake import data_files
from tests.conftest import STUDIO_HEADER

NAMES = ["id", "a", "b", "s", "s.x", "s.y.z", "l"]
NUMBERS = st.one_of(st.integers(-5, 5), st.sampled_from([0.5, -2.25]))
TEXTS = st.sampled_from(["", "x", "7", "y z", "é"])


def record(number: int, values: tuple[Any, ...]) -> dict[str, Any]:
    """Return a record with some of its keys; `b` is a number here and text there."""
    a, b, x, z, items, keys = values
    whole = {"a": a, "b": b, "s": {"x": x, "y": {"z": z}}, "l": items}
    return {"id": number, **{key: value for key, value in whole.items() if key in keys}}


RECORDS = st.lists(
    st.tuples(
        NUMBERS,
        st.one_of(NUMBERS, TEXTS),
        TEXTS,
        st.integers(0, 9),
        st.lists(TEXTS, max_size=2),
        st.sets(st.sampled_from(["a", "b", "s", "l"])),
    ),
    min_size=1,
    max_size=6,
).map(lambda rows: [record(number, values) for number, values in enumerate(rows)])

NAME = st.sampled_from(NAMES)
STEPS = st.lists(
    st.one_of(
        NAME.filter(lambda name: name != "id").map(lambda name: f"DropFields.apply(frame, ['{name}'])"),
        st.sets(NAME, min_size=1).map(lambda names: f"SelectFields.apply(frame, {sorted({'id', *names})!r})"),
        st.sampled_from(["a", "b", "l"]).map(lambda name: f"RenameField.apply(frame, '{name}', 'renamed_{name}')"),
        st.integers(-3, 3).map(lambda number: f"Filter.apply(frame, f=lambda row: row['id'] > {number})"),
        st.just("Filter.apply(frame, f=lambda row: row['a'] > 0 or row['id'] == 1)"),
        st.just("frame.resolveChoice(specs=[('b', 'cast:string')])"),
        st.just("frame.resolveChoice(specs=[('b', 'make_cols')])"),
        st.just("SplitRows.apply(frame, {'id': {'>': 1}}, 'yes', 'no')['yes']"),
        st.just("SplitFields.apply(frame, ['a'], 'one', 'two')['two']"),
        st.just("frame.unnest()"),
        st.just("frame.union(SelectFields.apply(frame, ['id']))"),
        st.just("ApplyMapping.apply(frame, [('id', 'long', 'id', 'long'), ('s.x', 'string', 'new.x', 'int')])"),
        st.just("DropNullFields.apply(frame)"),
        st.just("Relationalize.apply(frame, staging_path='s3://bucket/tmp/', name='root')['root']"),
    ),
    max_size=4,
)


def outcome(
    engine: Engine, folder: Path, records: list[dict[str, Any]], steps: list[str]
) -> tuple[list[str], list[Any]]:
    """Run the steps as a script; return the columns with their types, and the rows."""
    shutil.rmtree(folder, ignore_errors=True)
    with LocalGlue(folder / "lake", engine) as glue:
        source = glue.lake.path("s3://bucket/in/a.json")
        source.parent.mkdir(parents=True)
        source.write_text("".join(json.dumps(one) + "\n" for one in records))
        script = folder / "job.py"
        lines = "".join(f"frame = {step}\n" for step in steps)
        script.write_text(
            STUDIO_HEADER
            + "frame = glueContext.create_dynamic_frame.from_options('s3', {'paths': ['s3://bucket/in/']}, 'json')\n"
            + lines
            + "open(args['JOB_NAME'] + '.kinds', 'w').write(frame.toDF().schema.simpleString())\n"
            + "glueContext.write_dynamic_frame.from_options(frame, 's3', {'path': 's3://bucket/out/'}, 'json')\n"
        )
        kinds = folder / "job.kinds"
        glue.run(script, ["--JOB_NAME", str(folder / "job")])
        files = data_files(glue.lake.path("s3://bucket/out/"))
        rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return kinds.read_text().split(","), sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def test_both_engines_give_the_same(sail: Engine, spark: Engine, tmp_path: Path) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(RECORDS, STEPS)
    def agree(records: list[dict[str, Any]], steps: list[str]) -> None:
        on_sail = outcome(sail, tmp_path / "sail", records, steps)
        on_spark = outcome(spark, tmp_path / "spark", records, steps)
        assert on_sail == on_spark, (records, steps)

    agree()
