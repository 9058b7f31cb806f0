"""Random canvases in which the check finds nothing run on both engines without an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsglue_local import LocalGlue
from awsglue_local.job_run.engine import Engine
from awsglue_local.storage.table import Table, storage_formats
from glue_canvas import Canvas, compile_canvas
from glue_canvas.flow.canvas_columns import canvas_columns
from tests.glue_canvas.canvases import canvas_of

ROWS = {
    "people": [
        {"id": 1, "name": "Ann", "score": 1.5},
        {"id": 2, "name": "Bob", "score": None},
        {"id": 2, "name": "Bob"},
        {"id": 3, "name": "Zoë", "score": -2.0},
    ],
    "places": [
        {"id": 1, "city": "Aarhus", "score": 3.0},
        {"id": 9, "city": "Bern", "score": 0.25},
        {"id": 9, "city": "Bern"},
    ],
}
TYPES = {
    "people": {"id": "bigint", "name": "string", "score": "double"},
    "places": {"id": "bigint", "city": "string", "score": "double"},
}
ELSEWHERE = ["id", "name", "city", "score", "nothing", ".id"]

Node = tuple[str, str, dict[str, Any]]


class Drawing:
    """A canvas as it is drawn, node by node; each node may use every frame that is there."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.nodes: list[Node] = []
        self.frames: list[str] = []
        self.sources: dict[str, set[str]] = {}

    def add(self, kind: str, fields: dict[str, Any], frame: bool = True) -> str:
        """Add a node; `frame` says whether others may use it."""
        number = str(len(self.nodes) + 1)
        self.nodes.append((number, kind, {"Name": f"{kind} {number}", **fields}))
        if frame:
            self.frames.append(number)
        inputs = fields.get("Inputs", [])
        self.sources[number] = {number} if not inputs else set().union(*(self.sources[one] for one in inputs))
        return number

    def pick(self) -> str:
        """Return a frame, the newest more often than others."""
        return self.draw(st.sampled_from([*self.frames, self.frames[-1], self.frames[-1]]))

    def columns(self, frame: str) -> dict[str, str]:
        """Return the columns of a frame, as the check knows them."""
        return canvas_columns(canvas_of(*self.nodes)).leaving[f"node-{frame}"] or {}

    def column(self, frame: str) -> str:
        """Return a column of the frame, now and then one that may not be there."""
        known = [column for column in self.columns(frame) if column]
        return self.draw(st.sampled_from(known * 4 + ELSEWHERE[:2] if known else ELSEWHERE))

    def some(self, frame: str) -> list[list[str]]:
        """Return paths of a few columns, each once."""
        return [[name] for name in dict.fromkeys(self.column(frame) for _ in range(self.draw(st.integers(1, 3))))]


def add_source(drawing: Drawing) -> None:
    table = drawing.draw(st.sampled_from(sorted(ROWS)))
    schema = [{"Columns": [{"Name": name, "Type": kind} for name, kind in TYPES[table].items()]}]
    drawing.add("CatalogSource", {"Database": "d", "Table": table, "OutputSchemas": schema})


def add_filter(drawing: Drawing) -> None:
    frame = drawing.pick()
    constant, operation = drawing.draw(st.sampled_from([("0", "GT"), ("2", "EQ"), ("1.5", "LTE"), ("A.*", "REGEX")]))
    column = drawing.column(frame)
    values = [{"Type": "COLUMNEXTRACTED", "Value": [column]}, {"Type": "CONSTANT", "Value": [constant]}]
    term = {"Negated": drawing.draw(st.booleans()), "Operation": operation, "Values": values}
    drawing.add(
        "Filter",
        {"Inputs": [frame], "LogicalOperator": drawing.draw(st.sampled_from(["AND", "OR"])), "Filters": [term]},
    )


def add_paths(drawing: Drawing) -> None:
    frame = drawing.pick()
    drawing.add(
        drawing.draw(st.sampled_from(["DropFields", "SelectFields"])), {"Inputs": [frame], "Paths": drawing.some(frame)}
    )


def add_rename(drawing: Drawing) -> None:
    frame = drawing.pick()
    new = drawing.draw(st.sampled_from(["renamed", "total", "user", "timestamp"]))
    drawing.add("RenameField", {"Inputs": [frame], "SourcePath": [drawing.column(frame)], "TargetPath": [new]})


def add_mapping(drawing: Drawing) -> None:
    frame = drawing.pick()
    columns = drawing.columns(frame)
    mapping = [
        {"FromPath": path, "FromType": columns.get(path[0]) or "string", "ToKey": f"m{number}", "ToType": kind}
        for number, path in enumerate(drawing.some(frame))
        for kind in [drawing.draw(st.sampled_from(["string", "double", "bigint"]))]
    ]
    drawing.add("ApplyMapping", {"Inputs": [frame], "Mapping": mapping})


def add_distinct(drawing: Drawing) -> None:
    frame = drawing.pick()
    keys = drawing.some(frame) if drawing.draw(st.booleans()) else []
    drawing.add("DropDuplicates", {"Inputs": [frame], "Columns": keys})


def add_join(drawing: Drawing) -> None:
    left, right = drawing.pick(), drawing.pick()
    if left == right:
        return
    # Sail finds a column of a frame ambiguous that is joined with one made of it
    kin = drawing.sources[left] & drawing.sources[right]
    kind = (
        "equijoin"
        if kin
        else drawing.draw(st.sampled_from(["equijoin", "equijoin", "left", "outer", "leftsemi", "leftanti"]))
    )
    columns = [{"From": f"node-{frame}", "Keys": [[drawing.column(frame)]]} for frame in (left, right)]
    drawing.add("Join", {"Inputs": [left, right], "JoinType": kind, "Columns": columns})


def add_query(drawing: Drawing) -> None:
    frame = drawing.pick()
    column = f"`{drawing.column(frame)}`"
    query = drawing.draw(
        st.sampled_from(
            [
                f"select * from x where {column} is not null;",
                f"select {column} as chosen, count(*) as rows from x group by {column}",
                "-- all of it\nselect distinct x.* from x",
            ]
        )
    )
    drawing.add(
        "SparkSQL", {"Inputs": [frame], "SqlQuery": query, "SqlAliases": [{"Alias": "x", "From": f"node-{frame}"}]}
    )


def add_aggregate(drawing: Drawing) -> None:
    frame = drawing.pick()
    function = drawing.draw(st.sampled_from(["count", "max", "min"]))
    aggregates = [{"Column": [drawing.column(frame)], "AggFunc": function}]
    drawing.add("Aggregate", {"Inputs": [frame], "Groups": drawing.some(frame), "Aggs": aggregates})


def add_union(drawing: Drawing) -> None:
    one, other = drawing.pick(), drawing.pick()
    if one != other and list(drawing.columns(one).values()) == list(drawing.columns(other).values()):
        drawing.add("Union", {"Inputs": [one, other], "UnionType": drawing.draw(st.sampled_from(["ALL", "DISTINCT"]))})


def add_code(drawing: Drawing) -> None:
    number = len(drawing.nodes)
    code = {"ClassName": f"Transform{number}", "Code": "# as it is\nreturn dfc\n", "OutputSchemas": []}
    frame = drawing.pick()
    schema = [{"Columns": [{"Name": name, "Type": kind or "string"} for name, kind in drawing.columns(frame).items()]}]
    collection = drawing.add("CustomCode", {"Inputs": [frame], **code, "OutputSchemas": schema}, frame=False)
    drawing.add("SelectFromCollection", {"Inputs": [collection], "Index": 0})


STEPS = [add_source, add_filter, add_paths, add_rename, add_mapping, add_distinct, add_join, add_query, add_aggregate]
STEPS += [add_union, add_code]


@st.composite
def valid_canvases(draw: st.DrawFn) -> Canvas:
    """Return a canvas of up to a dozen nodes."""
    drawing = Drawing(draw)
    add_source(drawing)
    add_source(drawing)
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=8)):
        step(drawing)
    target = {"Inputs": [drawing.frames[-1]], "Path": "s3://out/rows/", "PartitionKeys": []}
    form = draw(
        st.sampled_from([("S3DirectTarget", {"Format": "json"}), ("S3GlueParquetTarget", {"Compression": "snappy"})])
    )
    drawing.add(form[0], {**target, **form[1]}, frame=False)
    return canvas_of(*drawing.nodes)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a lake with the two tables."""
    lake = tmp_path_factory.mktemp("random") / "lake"
    for table, rows in ROWS.items():
        folder = lake / "in" / table
        folder.mkdir(parents=True)
        (folder / "rows.json").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return lake


def tables() -> list[Table]:
    """Return the two tables."""
    made = []
    for name, types in TYPES.items():
        columns = [{"Name": column, "Type": kind} for column, kind in types.items()]
        storage = {"Columns": columns, "Location": f"s3://in/{name}/", **storage_formats("json")}
        made.append(Table("d", {"Name": name, "StorageDescriptor": storage}))
    return made


def errors_on(engine: Engine, canvas: Canvas, lake: Path, script: Path) -> str | None:
    """Run a canvas's script and return the error, if there is one."""
    script.write_text(compile_canvas(canvas), encoding="utf-8")
    with LocalGlue(lake, engine) as glue:
        for table in tables():
            glue.catalog.put(table)
        try:
            glue.run(script)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None


RUNS = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@settings(RUNS, max_examples=60)
@given(canvas=valid_canvases())
def test_on_sail(canvas: Canvas, sail: Engine, lake: Path, tmp_path: Path) -> None:
    run_if_nothing_was_found(canvas, sail, lake, tmp_path)


@settings(RUNS, max_examples=15)
@given(canvas=valid_canvases())
def test_on_spark(canvas: Canvas, spark: Engine, lake: Path, tmp_path: Path) -> None:
    run_if_nothing_was_found(canvas, spark, lake, tmp_path)


def run_if_nothing_was_found(canvas: Canvas, engine: Engine, lake: Path, folder: Path) -> None:
    found = canvas_columns(canvas)
    if found.faults or found.doubts:
        return
    error = errors_on(engine, canvas, lake, folder / "job.py")
    assert error is None, f"{error}\n{compile_canvas(canvas)}"
