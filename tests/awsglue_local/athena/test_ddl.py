"""The DDL files as catalog tables, against botocore's TableInput."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator

from awsglue_local import GlueLocalError, TableNotFound
from awsglue_local.athena.ddl import read_ddl, with_placeholder
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.table import Table
from scripts import stedi
from tests.lakehouse.tables import DEFINITIONS, LANDING, ZONES

PATHS = sorted(stedi.DDL.glob("*.sql"))


def test_one_file_a_table() -> None:
    assert set(DEFINITIONS) >= {*ZONES, *LANDING}
    assert [path.stem for path in PATHS] == sorted(DEFINITIONS)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_botocore_accepts_the_table(path: Path) -> None:
    shape = botocore.session.get_session().get_service_model("glue").shape_for("TableInput")
    report = ParamValidator().validate(DEFINITIONS[path.stem].definition, shape)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("name", [*ZONES, *LANDING])
def test_every_column_says_what_it_means_and_times_their_unit(name: str) -> None:
    for column in DEFINITIONS[name].definition["StorageDescriptor"]["Columns"]:
        assert column["Comment"]
        if column["Type"] == "bigint":
            assert "epoch milliseconds UTC" in column["Comment"], column["Name"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_bucket_is_the_only_placeholder(path: Path) -> None:
    text = path.read_text()
    assert text.count("$") == text.count("${bucket}") == 1
    assert "s3://${bucket}/" in text


def test_formats() -> None:
    written = {name for _, name in stedi.lakehouse().graph.written}
    for name, table in DEFINITIONS.items():
        assert table.format == ("parquet" if name in written else "json")


def test_a_table_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "t.sql"
    path.write_text(
        "CREATE EXTERNAL TABLE db.T (A int, `b c` struct<x:int,y:array<string>> COMMENT 'it\\'s', d decimal(10,2))\n"
        "PARTITIONED BY (day string, n bigint) STORED AS PARQUET LOCATION 's3://${bucket}/t/'"
    )
    table = read_ddl(path, {"bucket": "bkt"})
    assert (table.database, table.name, table.location) == ("db", "t", "s3://bkt/t/")
    assert table.columns == [("a", "int"), ("b c", "struct<x:int,y:array<string>>"), ("d", "decimal(10,2)")]
    assert table.partition_keys == [("day", "string"), ("n", "bigint")]
    assert table.definition["StorageDescriptor"]["Columns"][1]["Comment"] == "it's"


LAYOUTS = {
    "one line, lower case": (
        "create external table if not exists db.t (id bigint comment 'number', `day of` array<string>) "
        "partitioned by (year int) stored as parquet location 's3://${bucket}/t/' tblproperties ('a'='b')"
    ),
    "as Athena's SHOW CREATE TABLE prints it": (
        "CREATE EXTERNAL TABLE `db.t`(\n  `id` bigint COMMENT 'number', \n  `day of` array<string>)\n"
        "PARTITIONED BY ( \n  `year` int)\nROW FORMAT SERDE \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' \nSTORED AS INPUTFORMAT \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' \nOUTPUTFORMAT \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'\nLOCATION\n  's3://${bucket}/t/'\n"
        "TBLPROPERTIES (\n  'a'='b')"
    ),
    "with comments and another editor's line ends": (
        "-- made; by hand\r\n/* twice */\r\nCREATE EXTERNAL TABLE `db`.`t` (\r\n  ID BIGINT COMMENT 'number', -- it\r\n"
        "  `day of` ARRAY<STRING>\r\n)\r\nPARTITIONED BY (year INT)\r\nSTORED AS PARQUET\r\n"
        "LOCATION 's3://${bucket}/t/'\r\nTBLPROPERTIES ('a' = 'b');\r\n"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_gives_the_same_table(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "t.sql"
    path.write_bytes(LAYOUTS[layout].encode())
    table = read_ddl(path, {"bucket": "bkt"})
    assert (table.database, table.name, table.location, table.format) == ("db", "t", "s3://bkt/t/", "parquet")
    assert table.columns == [("id", "bigint"), ("day of", "array<string>")]
    assert table.partition_keys == [("year", "int")]
    assert table.definition["StorageDescriptor"]["Columns"][0]["Comment"] == "number"
    assert table.parameters == {"EXTERNAL": "TRUE", "a": "b"}
    named = with_placeholder(path)
    assert "${database}" in named
    assert re.sub(r"\s", "", named.replace("${database}", "db")) == re.sub(r"\s", "", LAYOUTS[layout])


def test_clauses_that_would_be_lost(tmp_path: Path) -> None:
    path = tmp_path / "t.sql"
    path.write_text(
        "CREATE EXTERNAL TABLE d.t (a int, b struct<`x y`:int,z:string>) COMMENT 'Ann''s' CLUSTERED BY (A) INTO 4 BUCKETS "
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' ESCAPED BY '\\\\' NULL DEFINED AS 'nil' LOCATION 's3://b/t/'"
    )
    definition = read_ddl(path, {}).definition
    storage = definition["StorageDescriptor"]
    assert definition["Description"] == "Ann's"
    assert (storage["BucketColumns"], storage["NumberOfBuckets"]) == (["a"], 4)
    assert storage["SerdeInfo"]["Parameters"] == {
        "field.delim": "|",
        "serialization.format": "|",
        "escape.delim": "\\",
        "serialization.null.format": "nil",
    }


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE EXTERNAL TABLE d.t (a int) STORED AS PARQUET LOCATION 's3://${other}/'", r"\$\{other\} has no value"),
        ("CREATE EXTERNAL TABLE t (a int) STORED AS PARQUET LOCATION 's3://b/'", "expected CREATE EXTERNAL TABLE"),
        ("SELECT 1", "expected CREATE EXTERNAL TABLE"),
        ("CREATE EXTERNAL TABLE d.t (a int) STORED AS PARQUET", "no LOCATION"),
        ("CREATE EXTERNAL TABLE d.t (a int COMMENT 'it's') LOCATION 's3://b/'", "t.sql"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_path(sql: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "t.sql"
    path.write_text(sql)
    with pytest.raises(GlueLocalError, match=message) as error:
        read_ddl(path, {"bucket": "b"})
    assert str(path) in str(error.value)


def test_a_file_put_there_by_hand_is_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "_catalog" / "db"
    folder.mkdir(parents=True)
    (folder / "hand.json").write_text(
        '{"Name": "hand", "StorageDescriptor": {"Columns": [{"Name": "A"}], "Location": "s3://b/hand/",'
        ' "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}}}'
    )
    table = FolderCatalog(tmp_path).table("db", "hand")
    assert (table.columns, table.location, table.format) == ([("a", "string")], "s3://b/hand/", "json")


def test_unknown_tables_are_refused_with_what_there_is(tmp_path: Path) -> None:
    catalog = FolderCatalog(tmp_path)
    catalog.put(Table("db", {"Name": "there"}))
    with pytest.raises(TableNotFound, match=r"no table db\.missing in the catalog; database 'db' has there"):
        catalog.table("db", "missing")
    for name in ("../../x", "a/b", "..", "", "."):
        with pytest.raises(TableNotFound, match="is not a valid name for a database or table"):
            catalog.table("db", name)


@pytest.mark.parametrize(
    ("row_format", "serde", "parameters", "format_"),
    [
        ("ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'", "org.openx.data.jsonserde.JsonSerDe", {}, "json"),
        (
            "ROW FORMAT DELIMITED FIELDS TERMINATED BY ';' STORED AS TEXTFILE",
            "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            {"field.delim": ";", "serialization.format": ";"},
            "csv",
        ),
        (
            "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
            "WITH SERDEPROPERTIES ('separatorChar' = '|') STORED AS TEXTFILE",
            "org.apache.hadoop.hive.serde2.OpenCSVSerde",
            {"separatorChar": "|"},
            "csv",
        ),
    ],
)
def test_text_formats(tmp_path: Path, row_format: str, serde: str, parameters: dict[str, str], format_: str) -> None:
    file = tmp_path / "t.sql"
    file.write_text(f"CREATE EXTERNAL TABLE d.t (id bigint) {row_format} LOCATION 's3://b/t/';")
    table = read_ddl(file, {})
    storage = table.definition["StorageDescriptor"]
    assert storage["SerdeInfo"] == {"SerializationLibrary": serde, "Parameters": parameters}
    assert storage["InputFormat"] == "org.apache.hadoop.mapred.TextInputFormat"
    assert table.format == format_
