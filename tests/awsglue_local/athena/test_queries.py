"""Several queries over the tables of a lake: each table is opened once, and what queries share is computed once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local.athena.queries import open_lake
from awsglue_local.athena.trino.type_names import hive_type
from awsglue_local.athena.trino.types import duckdb_type
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.table import Table

TWICE = "with pairs as (select a.id, b.id as other from t a join t b on a.id < b.id) select {} from pairs"


def lake_of(folder: Path, rows: int) -> Path:
    """Make a lake with a Parquet table `db.t`, and a JSON table `db.j` of one line more, one of them broken."""
    columns = [{"Name": "id", "Type": "bigint"}]
    for name, kind in (("t", "parquet"), ("j", "json")):
        serde = {"Parameters": {"ignore.malformed.json": "true"}}
        storage = {"Columns": columns, "Location": f"s3://b/{name}/", "SerdeInfo": serde}
        definition = {"Name": name, "StorageDescriptor": storage, "Parameters": {"classification": kind}}
        FolderCatalog(folder).put(Table("db", definition))
        (folder / "b" / name).mkdir(parents=True)
    pq.write_table(pa.table({"id": range(rows)}), folder / "b" / "t" / "a.parquet")
    lines = [f'{{"id":{number}}}' for number in range(rows)]
    (folder / "b" / "j" / "a.json").write_text("\n".join([*lines, "broken"]))
    return folder


def test_what_queries_share_gives_what_each_alone_gives(tmp_path: Path) -> None:
    queries = [TWICE.format("count(*)"), TWICE.format("min(other), max(id)"), "select sum(id) from j"]
    lake = lake_of(tmp_path, 5)
    with open_lake(lake, "db") as tables:
        alone = [tables.query(sql, "db").rows for sql in queries]
    with open_lake(lake, "db") as tables:
        tables.share(queries)
        together = [tables.query(sql, "db").rows for sql in queries]
    assert alone == together == [[(10,)], [(1, 3)], [(10,)]]


def test_what_differs_is_not_shared(tmp_path: Path) -> None:
    """A common table expression of the same name that reads another one, or says something else."""
    chain = "with one as (select id from t where id > {}), two as (select id from one) select count(*) from two"
    queries = [chain.format(1), chain.format(3)]
    with open_lake(lake_of(tmp_path, 5), "db") as tables:
        tables.share([*queries, *queries])
        assert [tables.query(sql, "db").rows for sql in queries] == [[(3,)], [(1,)]]


@pytest.mark.parametrize("table", ["t", "j"])
def test_the_rows_of_a_table_are_known_without_a_query(tmp_path: Path, table: str) -> None:
    with open_lake(lake_of(tmp_path, 7), "db") as tables:
        assert tables.rows_of("db", table) == 7


def test_a_table_is_as_it_is_when_it_is_first_named(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 3)
    with open_lake(lake, "db") as tables:
        assert tables.query("select count(*) from t", "db").rows == [(3,)]
        pq.write_table(pa.table({"id": [9]}), lake / "b" / "t" / "b.parquet")
        assert tables.query("select count(*) from t", "db").rows == [(3,)]
    with open_lake(lake, "db") as tables:
        assert tables.query("select count(*) from t", "db").rows == [(4,)]


KINDS = ["string", "boolean", "tinyint", "int", "bigint", "float", "double", "date", "timestamp", "decimal(10,2)"]
NESTED = ["array<int>", "map<string,bigint>", "struct<a:int,b:array<double>>", "binary"]


@pytest.mark.parametrize("kind", [*KINDS, *NESTED])
def test_a_type_is_what_duckdb_makes_of_arrows(kind: str) -> None:
    relation = duckdb.from_arrow(pa.table({"c": pa.array([], arrow_type(kind))}))
    wanted = duckdb.sqltype(duckdb_type(hive_type(kind)))
    assert str(wanted) == str(relation.types[0])
