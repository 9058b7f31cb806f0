"""Where columns come from, through canvases and queries; and that nothing personal gets into the training data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from glue_canvas import Canvas, cli
from glue_canvas.document.canvas import canvas_of
from glue_canvas.flow.lineage import Spot, column_lineage, told
from scripts import privacy, stedi

TRAINING = (stedi.DATABASE, stedi.TRAINING_TABLE)


def canvas(nodes: dict[str, Any], name: str = "job") -> Canvas:
    """Return a canvas of nodes by number: kind, fields, inputs by number."""
    made = {
        f"node-{number}": {kind: {"Name": f"n{number}", "Inputs": [f"node-{one}" for one in inputs], **fields}}
        for number, (kind, fields, inputs) in nodes.items()
    }
    for node in made.values():
        for kind, fields in node.items():
            if kind.endswith("Source"):
                del fields["Inputs"]
    return canvas_of(Path(f"{name}.json"), {"name": name}, made)


def source(table: str, *columns: str) -> tuple[str, dict[str, Any], list[int]]:
    schema = [{"Columns": [{"Name": column, "Type": "string"} for column in columns]}]
    return "CatalogSource", {"Database": "d", "Table": table, "OutputSchemas": schema}, []


def target(feeding: int) -> tuple[str, dict[str, Any], list[int]]:
    return "CatalogTarget", {"Database": "d", "Table": "out"}, [feeding]


def made_of(nodes: dict[str, Any]) -> dict[str, set[str]]:
    """Return, for each column of d.out, the source columns it is made of."""
    found = column_lineage([canvas(nodes)], {})
    return {spot.column: {str(one) for one in found.origins(spot)} for spot in found.columns(("d", "out"))}


def query(text: str, **inputs: int) -> tuple[str, dict[str, Any], list[int]]:
    aliases = [{"From": f"node-{number}", "Alias": alias} for alias, number in inputs.items()]
    return "SparkSQL", {"SqlQuery": text, "SqlAliases": aliases}, list(inputs.values())


LEFT, RIGHT = source("l", "id", "mail", "v"), source("r", "id", "w")
JOINED = {"1": LEFT, "2": RIGHT}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (("DropFields", {"Paths": [["mail"]]}, [1]), {"id": {"d.l.id"}, "v": {"d.l.v"}}),
        (("SelectFields", {"Paths": [["v"]]}, [1]), {"v": {"d.l.v"}}),
        (
            ("RenameField", {"SourcePath": ["mail"], "TargetPath": ["x"]}, [1]),
            {"id": {"d.l.id"}, "x": {"d.l.mail"}, "v": {"d.l.v"}},
        ),
        (
            (
                "ApplyMapping",
                {"Mapping": [{"FromPath": ["mail"], "FromType": "string", "ToKey": "v", "ToType": "string"}]},
                [1],
            ),
            {"v": {"d.l.mail"}},
        ),
        (
            (
                "Join",
                {
                    "JoinType": "equijoin",
                    "Columns": [{"From": "node-1", "Keys": [["id"]]}, {"From": "node-2", "Keys": [["id"]]}],
                },
                [1, 2],
            ),
            {".id": {"d.l.id"}, "mail": {"d.l.mail"}, "v": {"d.l.v"}, "id": {"d.r.id"}, "w": {"d.r.w"}},
        ),
        (
            ("Aggregate", {"Groups": [["id"]], "Aggs": [{"Column": ["mail"], "AggFunc": "max"}]}, [1]),
            {"id": {"d.l.id"}, "max(mail)": {"d.l.mail"}},
        ),
        # by place: the second input's w goes to mail
        (("Union", {"UnionType": "ALL"}, [2, 3]), {"id": {"d.r.id", "d.l.v"}, "w": {"d.r.w", "d.l.id"}}),
        (
            query("select id as a, concat(upper(mail), v) b, 1 as one, count(*) n from L group by id, mail, v", L=1),
            {"a": {"d.l.id"}, "b": {"d.l.mail", "d.l.v"}, "one": set(), "n": set()},
        ),
        (
            query("with t as (select mail m, id from L) select t.m as x from t join R on t.id = R.id", L=1, R=2),
            {"x": {"d.l.mail"}},
        ),
        (
            query("select *, (select max(mail) from L) as top from R", L=1, R=2),
            {"id": {"d.r.id"}, "w": {"d.r.w"}, "top": {"d.l.mail"}},
        ),
        (query("select v from L where mail = 'x' order by mail", L=1), {"v": {"d.l.v"}}),
        # a query that cannot be followed may give anything
        (query("select * from other_db.t", L=1), {"*": {"d.l.id", "d.l.mail", "d.l.v", "other_db.t.*"}}),
        # code may make anything of anything
        (
            (
                "CustomCode",
                {
                    "ClassName": "F",
                    "Code": "return DynamicFrameCollection({}, glueContext)",
                    "OutputSchemas": [
                        {"Columns": [{"Name": "v", "Type": "string"}, {"Name": "new", "Type": "string"}]}
                    ],
                },
                [1],
            ),
            {"v": {"d.l.id", "d.l.mail", "d.l.v"}, "new": {"d.l.id", "d.l.mail", "d.l.v"}},
        ),
        (
            ("CustomCode", {"ClassName": "F", "Code": "print(1)\nreturn dfc"}, [1]),
            {"id": {"d.l.id"}, "mail": {"d.l.mail"}, "v": {"d.l.v"}},
        ),
        (
            ("CustomCode", {"ClassName": "F", "Code": "dfc = g(dfc)\nreturn dfc"}, [1]),
            {"*": {"d.l.id", "d.l.mail", "d.l.v"}},
        ),
    ],
)
def test_every_kind_of_node(node: Any, expected: dict[str, set[str]]) -> None:
    nodes = {"1": LEFT, "2": RIGHT, "3": ("SelectFields", {"Paths": [["v"], ["id"]]}, [1]), "4": node, "5": target(4)}
    assert made_of(nodes) == expected


EQUIJOIN = {
    "JoinType": "equijoin",
    "Columns": [{"From": "node-1", "Keys": [["id"]]}, {"From": "node-2", "Keys": [["id"]]}],
}
FORBIDDEN = [Spot("d.l", "mail")]


def escapes(*canvases: Canvas, schemas: dict[Any, Any] | None = None) -> list[str]:
    return [told(way) for way in column_lineage(canvases, schemas or {}).ways(FORBIDDEN, ("d", "out"))]


@pytest.mark.parametrize(
    "nodes",
    [
        # a view that another query has left behind
        {"3": query("select id from c", c=1), "4": query("select R.w, c.mail as z from R join c on R.id = c.id", R=2)},
        # a catalog table that the query names itself
        {"4": query("select R.w, c.mail as z from R join d.l c on R.id = c.id", R=2)},
        {"4": query("select to_json(struct(*)) as j from c", c=1)},
        {"4": query("select q.id from c as q(mail, id, v)", c=1)},
        {"4": query("select R.w, x.m from R, lateral (select mail as m from c where c.id = R.id) x", R=2, c=1)},
        {
            "4": (
                "DynamicTransform",
                {
                    "TransformName": "gs_derived",
                    "FunctionName": "gs_derived",
                    "Path": "s3://b/gs_derived.py",
                    "Parameters": [
                        {"Name": "colName", "Type": "str", "Value": ["id"]},
                        {"Name": "expr", "Type": "str", "Value": ["mail"]},
                    ],
                },
                [1],
            )
        },
        {"4": ("CustomCode", {"ClassName": "F", "Code": "import m as dfc\nreturn dfc"}, [1])},
        {"3": ("Join", EQUIJOIN, [1, 2]), "4": query("select `.id` as x, mail as y from j", j=3)},
        {"4": ("RenameField", {"SourcePath": ["mail", "address"], "TargetPath": ["x"]}, [1])},
    ],
)
def test_what_is_not_certain_counts_as_reached(nodes: dict[str, Any]) -> None:
    assert escapes(canvas({"1": LEFT, "2": RIGHT, **nodes, "5": target(4)}))


def test_a_third_column_of_one_name_gets_a_name_of_its_own() -> None:
    keys = {
        "JoinType": "equijoin",
        "Columns": [{"From": "node-3", "Keys": [["id"]]}, {"From": "node-2", "Keys": [["id"]]}],
    }
    nodes = {
        "1": source("p", "id", "v"),
        "2": source("r", "id", "v"),
        "4": source("l", "id", "v", "mail"),
        "3": (
            "Join",
            {
                "JoinType": "equijoin",
                "Columns": [{"From": "node-1", "Keys": [["id"]]}, {"From": "node-4", "Keys": [["id"]]}],
            },
            [1, 4],
        ),
        "6": ("Join", keys, [3, 2]),
        "5": target(6),
    }
    found = made_of(nodes)
    assert found["..v"] == {"d.l.v"}
    assert (found[".v"], found["v"]) == ({"d.p.v"}, {"d.r.v"})


def test_ways_between_jobs_that_write_names_otherwise() -> None:
    mapping = {"Mapping": [{"FromPath": ["mail"], "FromType": "string", "ToKey": "Mail", "ToType": "string"}]}
    middle = ("CatalogTarget", {"Database": "d", "Table": "Mid"}, [2])
    writes = canvas({"1": LEFT, "2": ("ApplyMapping", mapping, [1]), "3": middle}, "one")
    for table, columns in (("mid", ["mail"]), ("MID", [])):
        reads = source(table, *columns)
        assert escapes(writes, canvas({"1": reads, "2": target(1)}, "two"))
    by_path = canvas({"1": LEFT, "2": ("S3DirectTarget", {"Path": "s3://b/mid/", "Format": "json"}, [1])}, "one")
    from_path: tuple[str, dict[str, Any], list[int]] = (
        "S3JsonSource",
        {"Paths": ["s3://b/mid"], "OutputSchemas": RIGHT[1]["OutputSchemas"]},
        [],
    )
    assert not escapes(by_path, canvas({"1": from_path, "2": target(1)}, "two"))
    from_path[1]["OutputSchemas"] = LEFT[1]["OutputSchemas"]
    assert escapes(by_path, canvas({"1": from_path, "2": target(1)}, "two"))


def test_a_table_in_a_circle_and_one_in_the_middle_can_be_forbidden() -> None:
    circle = canvas({"1": LEFT, "2": ("CatalogTarget", {"Database": "d", "Table": "l"}, [1])}, "itself")
    assert escapes(circle, canvas({"1": LEFT, "2": target(1)}, "two"))
    first = canvas({"1": LEFT, "2": ("CatalogTarget", {"Database": "d", "Table": "mid"}, [1])}, "one")
    second = canvas({"1": source("mid", "id", "mail"), "2": target(1)}, "two")
    found = column_lineage([first, second], {})
    assert found.ways([Spot("d.mid", "mail")], ("d", "out"))


def test_a_way_through_two_jobs_is_told_by_its_turns() -> None:
    first = canvas(
        {"1": LEFT, "2": ("RenameField", {"SourcePath": ["mail"], "TargetPath": ["m"]}, [1]), "3": target(2)}, "one"
    )
    reads: tuple[str, dict[str, Any], list[int]] = ("CatalogSource", {"Database": "d", "Table": "out"}, [])
    last = ("CatalogTarget", {"Database": "d", "Table": "end"}, [1])
    second = canvas({"1": reads, "2": last}, "two")
    schemas = {("d", "out"): {"m": "string", "late": "string"}}
    found = column_lineage([first, second], schemas)
    (way,) = found.ways([Spot("d.l", "mail")], ("d", "end"))
    assert told(way) == (
        "d.l.mail -> one, node 'n1': mail -> one, node 'n2': m -> d.out.m -> two, node 'n1': m -> d.end.m"
    )
    assert not found.ways([Spot("d.l", "id")], ("d", "end"))


def stedi_canvases() -> dict[str, Canvas]:
    return stedi.lakehouse().canvases


def test_the_training_data_is_made_of_these_columns() -> None:
    found = privacy.lineage(stedi_canvases().values(), stedi.tables())
    origins = {spot.column: {str(one) for one in found.origins(spot)} for spot in found.columns(TRAINING)}
    assert origins == {
        "sensorreadingtime": {"stedi.step_trainer_landing.sensorreadingtime"},
        "serialnumber": {"stedi.step_trainer_landing.serialnumber"},
        "distancefromobject": {"stedi.step_trainer_landing.distancefromobject"},
        "timestamp": {"stedi.accelerometer_landing.timestamp"},
        "x": {"stedi.accelerometer_landing.x"},
        "y": {"stedi.accelerometer_landing.y"},
        "z": {"stedi.accelerometer_landing.z"},
    }


def leaks(canvases: dict[str, Canvas]) -> list[str]:
    found = privacy.lineage(canvases.values(), stedi.tables())
    return [told(way) for way in found.ways(privacy.personal_columns(stedi.tables()), TRAINING)]


def test_no_personal_column_reaches_the_training_data() -> None:
    assert leaks(stedi_canvases()) == []


def changed(job: str, node: str, **fields: Any) -> dict[str, Canvas]:
    """Return the canvases with other fields of one node."""
    canvases = stedi_canvases()
    old = canvases[job]
    (found,) = [one for one in old.nodes.values() if one.name == node]
    nodes = {**old.nodes, found.id: replace(found, fields={**found.fields, **fields})}
    return {**canvases, job: replace(old, nodes=nodes)}


def test_an_e_mail_that_is_not_dropped_is_found_with_its_way() -> None:
    kept = changed("machine_learning_curated", "Without the wearer", Paths=[["user"], ["device"], ["readingtime"]])
    assert leaks(kept) == [
        "stedi.customer_landing.email -> machine_learning_curated, node 'customer_landing': email -> "
        "machine_learning_curated, node 'Devices with one wearer at a time': wearer -> "
        "stedi.machine_learning_curated.wearer"
    ]


def test_an_e_mail_under_another_name_is_found_two_jobs_later() -> None:
    sql = (
        "select user, timestamp, x, y, ascii(email) + z as z from readings where timestamp >= sharewithresearchasofdate"
    )
    hidden = changed("accelerometer_landing_to_trusted", "On or after the consent", SqlQuery=sql)
    (way,) = leaks(hidden)
    assert way.startswith("stedi.customer_landing.email -> customer_landing_to_trusted, node 'customer_landing': email")
    assert "accelerometer_landing_to_trusted, node 'On or after the consent': z" in way
    assert way.endswith("stedi.machine_learning_curated.z")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["lineage", str(stedi.JOBS), "--table", "stedi.accelerometer_trusted"]
    assert cli.main(given) == 0
    assert "stedi.accelerometer_trusted.user <- stedi.accelerometer_landing.user\n" in capsys.readouterr().out
    assert cli.main([*given, "--json", "--without", "stedi.accelerometer_landing.user"]) == 1
    printed = capsys.readouterr()
    assert list(json.loads(printed.out)["stedi.accelerometer_trusted.x"]) == ["stedi.accelerometer_landing.x"]
    assert printed.err.startswith("stedi.accelerometer_landing.user must not reach stedi.accelerometer_trusted: ")
    assert cli.main(["lineage", str(stedi.JOBS), "--table", "stedi.nowhere"]) == 1
    # a name that is written wrong must not pass for one that gets nowhere
    for column in ("stedi.accelerometer_landing.usr", "user"):
        assert cli.main([*given, "--without", column]) == 1
        assert f"no job here reads or writes the column {column}" in capsys.readouterr().err
