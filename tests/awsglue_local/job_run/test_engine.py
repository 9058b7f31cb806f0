"""Engines: a script meets nothing that another one set in its session."""

from __future__ import annotations

from awsglue_local.job_run.engine import Engine

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
