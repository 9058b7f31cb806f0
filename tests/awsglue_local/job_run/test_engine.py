"""Engines: a script meets nothing that another one set in its session."""

from __future__ import annotations

import pytest

from awsglue_local.job_run.engine import Engine, is_sails, lost_worker

ZONE = "spark.sql.session.timeZone"


def test_a_session_that_begins_has_its_own_settings_and_views(engine: Engine) -> None:
    before = engine.session
    zone = before.conf.get(ZONE)
    try:
        with engine.in_use():
            engine.begin_session()
            engine.session.conf.set(ZONE, "Asia/Tokyo")
            engine.session.sql("select 1 as one").createOrReplaceTempView("left_behind")
            engine.begin_session()
            assert engine.session.conf.get(ZONE) == zone
            assert not engine.session.catalog.tableExists("left_behind")
            assert engine.session.sql("select 1 as one").collect()[0]["one"] == 1
    finally:
        engine.session = before


# the examples of Spark's SQL reference for version(), and what Sail 0.7.2 answers
@pytest.mark.parametrize(
    ("version", "spark", "sail"),
    [
        ("3.1.0 a6d6ea3efedbad14d99c24143834cd4e2e52fb40", "3.1.0", False),
        ("3.5.6 303c18c74664f161b9b969ac343784c088b47593", "3.5.6", False),
        ("0.7.2", "3.5.6", True),
    ],
)
def test_sail_is_known_by_its_version(version: str, spark: str, sail: bool) -> None:
    assert is_sails(version, spark) is sail


# the words of Sail's driver, and of the other worker's Python, after a worker was killed
@pytest.mark.parametrize(
    "words",
    [
        "h2 protocol error: error reading a body from connection",
        "Connection refused (os error 111)",
        "External error: error in Tonic status: code: 'Unknown error', message: \"connection error\", "
        "source: hyper::Error(Io, Kind(ConnectionReset))",
    ],
)
def test_an_engine_that_lost_a_worker_is_known(words: str) -> None:
    from pyspark.errors import PySparkException

    lost = RuntimeError("the script failed")
    lost.__cause__ = PySparkException(words)
    assert lost_worker(lost)
    assert not lost_worker(ConnectionError(words))
    lost.__cause__ = PySparkException("[UNRESOLVED_COLUMN] A column cannot be resolved")
    assert not lost_worker(lost)
