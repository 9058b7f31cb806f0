"""Options of readers and writers: each that AWS documents is done, refused with the way out, or means nothing here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.glue_api.options import DONE, OPTIONS
from awsglue_local.job_run.engine import Engine
from tests.awsglue_local.lake_files import FRAME, put

Run = Callable[..., ScriptRun]
READ = "glueContext.create_dynamic_frame.from_options('s3', {{'paths': ['s3://bucket/in/'], {connection}}}, '{form}', {options})\n"
WRITE = "glueContext.write_dynamic_frame.from_options(source, 's3', {{'path': 's3://bucket/out/', {connection}}}, '{form}', {options})\n"
READ_DATABASE = (
    FRAME
    + "glueContext.write_dynamic_frame.from_options(source, 'redshift', {{'connectionName': 'c', 'dbtable': 't'}})\n"
    "glueContext.create_dynamic_frame.from_options('redshift', {{'connectionName': 'c', 'dbtable': 't', {connection}}})\n"
)
WRITE_DATABASE = (
    "glueContext.write_dynamic_frame.from_options(source, 'redshift', "
    "{{'connectionName': 'c', 'dbtable': 't', {connection}}})\n"
)
PLACES = {
    "connection option of a source": (READ, "json"),
    "json option of a source": (READ, "json"),
    "csv option of a source": (READ, "csv"),
    "option of a sink": (FRAME + WRITE, "json"),
    "csv option of a sink": (FRAME + WRITE, "csv"),
    "connection option of a database source": (READ_DATABASE, "json"),
    "connection option of a database sink": (FRAME + WRITE_DATABASE, "json"),
    "parquet option of a sink": (FRAME + WRITE, "glueparquet"),
}
REFUSED = [
    (where, name)
    for where in PLACES
    for name, done in OPTIONS[where].items()
    if done != DONE and not done.startswith("nothing to do")
]
NOTHING = [
    (where, name) for where in PLACES for name, done in OPTIONS[where].items() if done.startswith("nothing to do")
]


@pytest.fixture
def engine(sail: Engine) -> Engine:
    """Give one engine: options are looked at before any of them is asked."""
    return sail


@pytest.fixture(autouse=True)
def files(glue: LocalGlue) -> Path:
    """Put a file that is JSON lines and CSV."""
    put(glue, "s3://bucket/in/a.json", '{"a":1}\n')
    return glue.lake.path("s3://bucket/in/")


def body(where: str, name: str, value: Any = "1") -> str:
    text, form = PLACES[where]
    of_format = not where.startswith(("connection", "option"))
    given = {name: value}
    return text.format(
        connection="" if of_format else f"'{name}': {value!r}", options=given if of_format else {}, form=form
    )


@pytest.mark.parametrize(("where", "name"), REFUSED)
def test_what_is_not_done_is_refused_with_the_way_out(run_body: Run, where: str, name: str) -> None:
    with pytest.raises(ScriptError) as error:
        run_body(body(where, name))
    assert f'the {where} "{name}" is not supported here yet; {OPTIONS[where][name]}' in str(error.value)


@pytest.mark.parametrize(("where", "name"), NOTHING)
def test_what_changes_no_row_is_taken(run_body: Run, where: str, name: str) -> None:
    assert [one for one in run_body(body(where, name)).warnings if name in one] == []


@pytest.mark.parametrize("where", PLACES)
def test_what_aws_does_not_know_is_passed_over_with_a_warning(run_body: Run, where: str) -> None:
    warnings = run_body(body(where, "overwrite", "true")).warnings
    assert f"the {where} 'overwrite' is none that AWS documents, and is passed over, as in AWS Glue" in warnings
