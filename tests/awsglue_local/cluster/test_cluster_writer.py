"""What scripts write on a cluster is what they write on Sail in one process: formats, partitions, functions, purges."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fastavro
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.job_run.engine import Engine
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table, storage_formats
from tests.awsglue_local.cluster.lake_on_s3 import LakeOnS3
from tests.conftest import STUDIO_HEADER

PEOPLE = [
    {"name": "ann", "age": 44, "town": "b/r n", "score": 1.5, "tags": ["a", "b"]},
    {"name": "bob", "age": 12, "town": "", "score": None, "tags": []},
    {"name": 'c,"y"d', "age": 18, "town": "é=1", "score": 3.0},
    {"name": "dan", "age": 70, "score": -0.0, "tags": None},
]
COLUMNS = [("name", "string"), ("age", "int"), ("town", "string"), ("score", "double"), ("tags", "array<string>")]
READ = 'people = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="people", transformation_ctx="p")\n'

Run = Callable[..., "Runs"]


class Runs:
    """What a script did on Sail and on the cluster, and what is in both lakes below a prefix."""

    def __init__(self, here: ScriptRun, there: ScriptRun, folder: Path, s3_lake: LakeOnS3, name: str) -> None:
        self.here, self.there = here, there
        self._folder, self._s3_lake, self._name = folder, s3_lake, name

    def require_same(self, prefix: str) -> dict[str, list[Any]]:
        """Compare the rows by their folders, and return them."""
        files = {
            file.relative_to(self._folder).as_posix(): file.read_bytes() for file in data_files(self._folder / prefix)
        }
        keys = self._s3_lake.names(f"{self._name}/{prefix}/")
        objects = {key.removeprefix(f"{self._name}/"): self._s3_lake.get(key) for key in keys}
        here, there = by_folder(files), by_folder(objects)
        assert there == here
        assert list(self.there.writes.values()) == list(self.here.writes.values())
        return there


def by_folder(files: dict[str, bytes]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, content in files.items():
        found.setdefault(name.rpartition("/")[0], []).extend(rows_in(name, content))
    return {folder: sorted(rows, key=str) for folder, rows in found.items()}


def rows_in(name: str, content: bytes) -> list[Any]:
    """Return the rows of a file, by its suffix, each as a text."""
    if name.endswith(".gz"):
        name, content = name.removesuffix(".gz"), gzip.decompress(content)
    if name.endswith(".json"):
        rows: list[Any] = [json.loads(line) for line in content.splitlines()]
    elif name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(content.decode())))
    elif name.endswith(".avro"):
        rows = list(fastavro.reader(io.BytesIO(content)))
    elif name.endswith(".orc"):
        rows = pyarrow.orc.ORCFile(io.BytesIO(content)).read().to_pylist()
    else:
        rows = pq.read_table(io.BytesIO(content), partitioning=None).to_pylist()
    return [json.dumps(row, sort_keys=True, default=str) for row in rows]


@pytest.fixture(scope="module")
def there(
    s3_lake: LakeOnS3, engines: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalGlue]:
    engines("sail")  # and Spark, which is to start before threads of gRPC do
    with s3_lake.glue(tmp_path_factory.mktemp("notes")) as opened:
        yield opened


@pytest.fixture
def run(
    s3_lake: LakeOnS3,
    there: LocalGlue,
    engines: Callable[[str], Engine],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Run]:
    name = "".join(letter for letter in request.node.name if letter.isalnum())
    s3_lake.put_json(f"{name}/people/a.json", *PEOPLE[:2])
    s3_lake.put_json(f"{name}/people/b.json", *PEOPLE[2:])
    folder = tmp_path / "lake" / s3_lake.bucket / "lake" / name
    (folder / "people").mkdir(parents=True)
    (folder / "people" / "a.json").write_text("".join(f"{json.dumps(one)}\n" for one in PEOPLE))
    with LocalGlue(tmp_path / "lake", engines(getattr(request, "param", "sail"))) as here:

        def both(script: str, *arguments: str) -> Runs:
            path = tmp_path / "job.py"
            path.write_text(STUDIO_HEADER + READ + script.replace("LAKE", f"{s3_lake.uri}/{name}") + "\njob.commit()\n")
            done = []
            for glue in (here, there):
                for table in tables(f"{s3_lake.uri}/{name}"):
                    glue.catalog.put(table)
                glue.engine.begin_session()
                done.append(glue.run(path, arguments))
            return Runs(done[0], done[1], folder, s3_lake, name)

        yield both


def tables(uri: str) -> list[Table]:
    def definition(name: str, form: str, keys: tuple[str, ...] = ()) -> Table:
        columns = [{"Name": column, "Type": kind} for column, kind in COLUMNS if column not in keys]
        storage = {"Columns": columns, "Location": f"{uri}/{name}/", **storage_formats(form)}
        partitions = [{"Name": column, "Type": kind} for column, kind in COLUMNS if column in keys]
        told = {
            "Name": name,
            "StorageDescriptor": storage,
            "PartitionKeys": partitions,
            "Parameters": {"classification": form},
        }
        return Table("d", told)

    return [
        definition("people", "json"),
        definition("adults", "parquet"),
        definition("towns", "parquet", ("town", "age")),
    ]


def sink(format_: str, keys: str = "[]", options: str = "{}") -> str:
    return (
        "glueContext.write_dynamic_frame.from_options(frame=people, connection_type='s3', "
        f"connection_options={{'path': 'LAKE/out/', 'partitionKeys': {keys}}}, format='{format_}', format_options={options})"
    )


@pytest.mark.parametrize("format_", ["parquet", "json", "orc", "avro"])
def test_each_format_holds_the_rows(run: Run, format_: str) -> None:
    assert len(run(sink(format_)).require_same("out")["out"]) == 4


def test_csv_is_written_by_the_engine(run: Run) -> None:
    flat = "people = people.drop_fields(['tags'])\n"
    assert len(run(flat + sink("csv")).require_same("out")["out"]) >= 5


def test_lines_may_be_packed(run: Run) -> None:
    assert len(run(sink("json", options="{'compression': 'gzip'}")).require_same("out")["out"]) == 4


@pytest.mark.parametrize("run", ["sail", "spark"], indirect=True)
@pytest.mark.parametrize("format_", ["parquet", "json"])  # JSON is written by the cluster's engine
def test_partition_keys_become_folders_as_on_spark(run: Run, format_: str) -> None:
    found = run(sink(format_, "['town']")).require_same("out")
    assert len(found) == 3  # null and the empty text are one folder


def test_a_plain_writers_partition_keys_become_folders_as_on_spark(run: Run) -> None:
    towns = "people.toDF().select('name', 'town').write.partitionBy('town').parquet('LAKE/out/')\n"
    assert len(run(towns).require_same("out")) == 3


@pytest.mark.parametrize("run", ["sail", "spark"], indirect=True)
def test_a_partitioned_table_is_read_again_as_it_was_written(run: Run) -> None:
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=people, database="d", table_name="towns")\n'
    run(write)
    read = """
towns = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="towns", push_down_predicate="age > 15")
glueContext.purge_table("d", "adults", options={"retentionPeriod": 0})
glueContext.write_dynamic_frame.from_catalog(frame=towns, database="d", table_name="adults")
"""
    found = run(read).require_same("adults")["adults"]
    assert len(found) == 3


def test_a_table_is_replaced_and_read_back_in_one_script(run: Run) -> None:
    runs = run("""
adults = Filter.apply(frame=people, f=lambda row: row["age"] >= 18)
for _ in range(2):
    glueContext.purge_table("d", "adults", options={"retentionPeriod": 0})
    glueContext.write_dynamic_frame.from_catalog(frame=adults, database="d", table_name="adults")
again = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="adults")
spark.sql("select count(*) as n from d.adults").write.mode("overwrite").parquet("LAKE/count/")
glueContext.write_dynamic_frame.from_options(frame=again, connection_type="s3", connection_options={"path": "LAKE/out/"}, format="json")
""")
    assert len(runs.require_same("adults")["adults"]) == 3
    assert len(runs.require_same("out")["out"]) == 3
    assert runs.require_same("count")["count"] == ['{"n": 3}']


def test_functions_of_the_script_run_on_executors(run: Run) -> None:
    runs = run(
        """
def older(record):
    if record["name"] == "bob":
        raise ValueError("not bob")
    record["age"] += 1
    record["more"] = {"of": [record["name"]]}
    return record
people = Map.apply(frame=people, f=older)
people = Filter.apply(frame=people, f=lambda row: sum(map(ord, row["name"])) > 0 and row["town"] is not None)
print(people.errorsCount())
"""
        + sink("json")
    )
    assert len(runs.require_same("out")["out"]) == 2


def test_json_in_a_column_is_unboxed(run: Run) -> None:
    runs = run(
        """
from pyspark.sql import functions as F
df = people.toDF().withColumn("text", F.to_json(F.struct("age", "score")))
people = Unbox.apply(frame=DynamicFrame.fromDF(df, glueContext, "t"), path="text", format="json")
"""
        + sink("json")
    )
    assert '"text": {"age": 44, "score": 1.5}' in "".join(runs.require_same("out")["out"])


def test_kept_rows_are_computed_once(run: Run) -> None:
    runs = run("""
df = people.toDF().selectExpr("name", "rand() as chance").cache()
df.write.mode("overwrite").parquet("LAKE/one/")
df.write.mode("overwrite").parquet("LAKE/two/")
""")
    (s3_lake, name) = runs._s3_lake, runs._name
    one, two = (s3_lake.table(f"{name}/{folder}/").sort_by("name").to_pylist() for folder in ("one", "two"))
    assert one == two


def test_a_bookmark_reads_each_file_once(run: Run) -> None:
    script = sink("json").replace("LAKE/out/", "LAKE/marked/")
    first = run(script, "--job-bookmark-option", "job-bookmark-enable")
    again = run(script, "--job-bookmark-option", "job-bookmark-enable")
    assert first.there.reads["people"] == 4
    assert again.there.reads["people"] == again.here.reads["people"] == 0


@pytest.mark.usefixtures("there")
def test_a_bookmark_is_kept_from_one_opening_of_the_lake_to_the_next(s3_lake: LakeOnS3, tmp_path: Path) -> None:
    script = tmp_path / "kept.py"
    folder = f"{s3_lake.uri}/kept"
    script.write_text(
        STUDIO_HEADER
        + f"""
people = glueContext.create_dynamic_frame.from_options("s3", {{"paths": ["{folder}/"]}}, "json", transformation_ctx="people")
print(people.count())
job.commit()
"""
    )

    def read() -> int:
        with s3_lake.glue(tmp_path / "notes") as glue:
            done = glue.run(script, ["--job-bookmark-option", "job-bookmark-enable"])
        return sum(done.reads.values())

    s3_lake.put_json("kept/a.json", *PEOPLE[:3])
    first, second = read(), read()
    s3_lake.put_json("kept/b.json", PEOPLE[3])
    assert (first, second, read()) == (3, 0, 1)


def test_a_database_of_this_machine_is_refused_by_name(there: LocalGlue, tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        STUDIO_HEADER + 'glueContext.create_dynamic_frame.from_options("postgresql", '
        '{"useConnectionProperties": "true", "dbtable": "t", "connectionName": "c"})'
    )
    with pytest.raises(ScriptError, match="a database's table on a cluster is not supported here yet"):
        there.run(script)


TYPES = """
df = spark.sql('''select 1 as id, cast(7 as tinyint) as tiny, cast(-3 as smallint) as small, cast(1.5 as float) as single,
  cast(12.34 as decimal(10,2)) as price, cast('2026-02-03' as date) as day,
  cast('2026-02-03 04:05:06.789012' as timestamp) as moment, true as flag, cast('bytes' as binary) as raw,
  map('a', 1) as pairs, named_struct('x', 1, 'y', array('p', null)) as nested, cast(null as string) as nothing
  union all select 2, null, null, null, null, null, null, null, null, null, null, null''')
df.coalesce(1).write.mode("overwrite").parquet("LAKE/plain/")
glueContext.write_dynamic_frame.from_options(frame=DynamicFrame.fromDF(df, glueContext, "t"), connection_type="s3",
  connection_options={"path": "LAKE/out/"}, format="parquet")
"""


def test_values_of_all_types_are_written_as_the_engine_writes_them(run: Run) -> None:
    runs = run(TYPES)
    assert len(runs.require_same("out")["out"]) == 2
    (s3_lake, name) = runs._s3_lake, runs._name
    ours, engines = (s3_lake.table(f"{name}/{folder}/") for folder in ("out", "plain"))
    assert [(one.name, one.type) for one in ours.schema] == [(one.name, one.type) for one in engines.schema]
    # what Athena reads of the file
    kinds = [_parquet_kinds(s3_lake, f"{name}/{folder}/") for folder in ("out", "plain")]
    assert kinds[0] == kinds[1]


def _parquet_kinds(s3_lake: LakeOnS3, prefix: str) -> list[tuple[str, str, str]]:
    (first, *_) = s3_lake.names(prefix)
    schema = pq.ParquetFile(io.BytesIO(s3_lake.get(first))).schema
    columns = [schema.column(number) for number in range(len(schema))]
    return [(one.path.split(".")[0], one.physical_type, str(one.logical_type)) for one in columns]


def test_numbers_and_times_in_json_are_those_of_sail(run: Run) -> None:
    script = TYPES.replace('format="parquet"', 'format="json"').replace("LAKE/out/", "LAKE/json/")
    assert len(run(script).require_same("json")["json"]) == 2


def test_more_partitions_than_a_plan_is_deep_are_read(run: Run) -> None:
    runs = run("""
df = spark.range(300).selectExpr("cast(id as string) as name", "cast(id as int) as age", "concat('2026-01-01 10:', id) as town")
df = df.selectExpr("name", "cast(null as double) as score", "array(name) as tags", "age", "town").coalesce(1)
rows = DynamicFrame.fromDF(df, glueContext, "rows")
glueContext.write_dynamic_frame.from_catalog(frame=rows, database="d", table_name="towns")
towns = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="towns")
glueContext.purge_table("d", "adults", options={"retentionPeriod": 0})
glueContext.write_dynamic_frame.from_catalog(frame=towns, database="d", table_name="adults")
""")
    assert runs.there.writes["adults"] == 300


def test_a_script_that_has_published_is_not_run_again(there: LocalGlue, s3_lake: LakeOnS3, tmp_path: Path) -> None:
    s3_lake.put_json("again/people/a.json", *PEOPLE)
    for table in tables(f"{s3_lake.uri}/again"):
        there.catalog.put(table)
    script = tmp_path / "job.py"
    script.write_text(
        STUDIO_HEADER
        + READ
        + """
glueContext.write_dynamic_frame.from_catalog(frame=people, database="d", table_name="adults")
glueContext.create_dynamic_frame.from_catalog(database="d", table_name="adults")
from pyspark.errors import PySparkException
raise PySparkException("h2 protocol error: error reading a body from connection")
"""
    )
    with pytest.raises(ScriptError, match="h2 protocol error"):
        there.run(script)
    assert s3_lake.table("again/adults/").num_rows == 4
