"""CREATE TABLE AS SELECT, INSERT INTO and UNLOAD."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from sqlglot import exp

from awsglue_local.athena import catalog_tables
from awsglue_local.athena.queries import Found
from awsglue_local.athena.sql_text import parse
from awsglue_local.errors import TableNotFound
from awsglue_local.storage.partition_projection import is_projected, projected_location
from awsglue_local.storage.partitions import partition_folder
from awsglue_local.storage.table import Partition, Table, storage_formats
from glue_emulator.athena.statements import iceberg
from glue_emulator.athena.statements.buckets import require_hash
from glue_emulator.athena.statements.queries import refuse_nameless
from glue_emulator.athena.statements.statement import (
    Name,
    Place,
    StatementError,
    StatementResult,
    answering,
    exists,
)
from glue_emulator.athena.statements.written_files import as_columns, compression_of, write_files
from glue_emulator.athena.statements.written_types import catalog_type, require_fit

CREATE_AS = re.compile(
    r"""create\s+table\s+(?P<if>if\s+not\s+exists\s+)?(?P<name>(?:[\w."`]|\s*\.\s*)+?)\s*(?:\((?P<columns>[^()]*)\)\s*)?"""
    r"""(?:comment\s+'(?:[^']|'')*'\s*)?(?:with\s*\((?P<with>(?:[^()']|'(?:[^']|'')*')*)\)\s*)?as\b(?P<query>.*)""",
    re.IGNORECASE | re.DOTALL,
)
PROPERTY = re.compile(r"(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(array\s*\[[^\]]*\])|([\w.]+))", re.IGNORECASE)
NO_DATA = re.compile(r"\bwith\s+(no\s+)?data\s*$", re.IGNORECASE)
FORMS = {"parquet": "PARQUET", "orc": "ORC", "avro": "AVRO", "json": "JSON", "csv": "TEXTFILE"}
NOT_WRITTEN = ("escape.delim", "skip.header.line.count", "skip.footer.line.count")
"""How texts may be read, and are not written here."""
CLASSIFICATIONS = {"PARQUET": "parquet", "ORC": "orc", "AVRO": "avro", "JSON": "json", "TEXTFILE": "csv"}
KNOWN = {
    "format",
    "external_location",
    "partitioned_by",
    "write_compression",
    "parquet_compression",
    "orc_compression",
    "field_delimiter",
    "table_type",
    "is_external",
    "bucketed_by",
    "bucket_count",
}
ICEBERG_DIGITS = 6
OF_ICEBERG = {
    "location",
    "partitioning",
    "vacuum_max_snapshot_age_seconds",
    "vacuum_min_snapshots_to_keep",
    "optimize_rewrite_delete_file_threshold",
}
"""Properties that Iceberg tables have besides."""


def properties_of(text: str) -> dict[str, Any]:
    """Return the properties of WITH (...): texts, and lists of texts."""
    found: dict[str, Any] = {}
    for name, string, array, word in PROPERTY.findall(text):
        found[name.lower()] = re.findall(r"'([^']*)'", array) if array else string.replace("''", "'") or word
    return found


def name_of(text: str, place: Place) -> Name:
    """Return the name of a table from its text."""
    parts = [one.strip(' "`\n\t').lower() for one in re.split(r"\.", text)]
    parts = parts[1:] if len(parts) == 3 else parts
    return Name(parts[0] if len(parts) == 2 else place.database.lower(), parts[-1])


def create_as(found: re.Match[str], place: Place) -> StatementResult:
    """CREATE TABLE AS SELECT: a table of files at `external_location`, or below the query's output."""
    given = properties_of(found["with"] or "")
    name = name_of(found["name"], place)
    text = found["query"].strip().removesuffix(";").strip()
    no_data = NO_DATA.search(text)
    query = parse(text[: no_data.start()] if no_data else text)
    _refuse_properties(given)
    form = str(given.get("format") or "PARQUET").upper()
    compression = compression_of(form, str(_compression(given)))
    if _is_iceberg(given) and (form != "PARQUET" or _compression(given) or any("vacuum" in one for one in given)):
        raise StatementError("NOT_SUPPORTED: Iceberg tables are written as Parquet, without these properties, here")
    if found["columns"]:
        raise StatementError("NOT_SUPPORTED: names of columns before AS are not supported here; name them in the query")
    place.glue.get_database(Name=name.database)
    if exists(place, name):
        if found["if"]:
            return StatementResult()
        raise StatementError(f"TABLE_ALREADY_EXISTS: Table '{name}' already exists")
    location = (
        given.get("external_location")
        or given.get("location")
        or f"{place.output.rsplit('/', 1)[0]}/tables/{uuid.uuid4()}/"
    )
    location = f"{location.rstrip('/')}/"
    if place.lake.addresses(place.lake.path(location)):
        raise StatementError(
            f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{name}' already exists: {location}"
        )
    refuse_nameless(query)
    with answering(query, place) as rows:
        _refuse_times(rows, given)
        table = _table(name, rows, given, form, location)
        arrow = rows.arrow() if not (no_data and no_data[1]) else rows.arrow().slice(0, 0)
        scanned = rows.scanned
    everything = table.columns + table.partition_keys
    if _is_iceberg(given):
        iceberg.created(place, table, given.get("partitioning") or [], {})
        if arrow.num_rows:
            place.iceberg.append(name.database, name.name, as_columns(arrow, everything))
        return StatementResult(scanned=scanned, written=arrow.num_rows)
    files, partitions = _put(as_columns(arrow, everything), place, table, form, compression, _delimiter(given))
    try:
        place.glue.create_table(DatabaseName=name.database, TableInput=table.definition)
        place.catalog.add_partitions(table, partitions)
    except Exception:
        place.lake.publish(place.lake.path(location), [], purged=True)
        raise
    return StatementResult(scanned=scanned, files=files, written=arrow.num_rows)


def _refuse_times(rows: Found, given: dict[str, Any]) -> None:
    """Refuse timestamps that Iceberg has not: it keeps six digits of a second."""
    for name, kind in rows.columns if _is_iceberg(given) else []:
        if kind.name == "timestamp" and kind.arguments[0] != ICEBERG_DIGITS:
            words = f'Timestamp precision ({kind.arguments[0]}) not supported for Iceberg. Use "timestamp(6)" instead.'
            raise StatementError(f"NOT_SUPPORTED: {words} Column {name}")


def _compression(given: dict[str, Any]) -> str:
    return str(given.get("write_compression") or given.get("parquet_compression") or given.get("orc_compression") or "")


def _delimiter(given: dict[str, Any]) -> str:
    return str(given.get("field_delimiter") or "\x01")


def _is_iceberg(given: dict[str, Any]) -> bool:
    return str(given.get("table_type", "hive")).lower() == "iceberg"


def _refuse_properties(given: dict[str, Any]) -> None:
    known = KNOWN | OF_ICEBERG if _is_iceberg(given) else KNOWN
    for name in given:
        if name not in known:
            raise StatementError(
                f"INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property '{name}' does not exist"
            )


def _table(name: Name, rows: Found, given: dict[str, Any], form: str, location: str) -> Table:
    names = [one.lower() for one, _ in rows.columns]
    repeated = next((one for one in names if names.count(one) > 1), None)
    if repeated:
        raise StatementError(f"DUPLICATE_COLUMN_NAME: line 1:1: Column name '{repeated}' specified more than once")
    columns = [{"Name": one.lower(), "Type": catalog_type(kind, one)} for one, kind in rows.columns]
    keys = [one.lower() for one in given.get("partitioned_by") or []]
    if keys and [one["Name"] for one in columns[-len(keys) :]] != keys:
        raise StatementError(
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as "
            f"the table properties: [{', '.join(keys)}]"
        )
    if keys and len(keys) == len(columns):
        raise StatementError("INVALID_TABLE_PROPERTY: Table contains only partition columns")
    storage = storage_formats(CLASSIFICATIONS[form])
    if form == "TEXTFILE":
        delimiter = _delimiter(given)
        library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
        storage["SerdeInfo"] = {
            "SerializationLibrary": library,
            "Parameters": {
                "field.delim": delimiter,
                "serialization.format": delimiter,
                "serialization.null.format": r"\N",
            },
        }
    inside = columns[: len(columns) - len(keys)]
    definition = {
        "Name": name.name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": inside,
            "Location": location,
            **storage,
            **_buckets(given, inside),
        },
        "PartitionKeys": columns[len(columns) - len(keys) :],
        "Parameters": {"EXTERNAL": "TRUE", "classification": CLASSIFICATIONS[form]},
    }
    return Table(name.database, definition)


def _buckets(given: dict[str, Any], columns: list[dict[str, str]]) -> dict[str, Any]:
    """Return how a definition says that its files are buckets."""
    names = [one.lower() for one in given.get("bucketed_by") or []]
    if not names:
        return {}
    count = str(given.get("bucket_count") or "")
    if not count.isdecimal() or int(count) < 1:
        raise StatementError("INVALID_TABLE_PROPERTY: bucketed_by needs a bucket_count")
    kinds = {one["Name"]: one["Type"] for one in columns}
    for name in names:
        if name not in kinds:
            raise StatementError(f"INVALID_TABLE_PROPERTY: Bucketing columns [{name}] not present in schema")
        require_hash(kinds[name], name)
    return {"BucketColumns": names, "NumberOfBuckets": int(count)}


def insert(statement: exp.Insert, place: Place) -> StatementResult:
    """INSERT INTO: values go to the columns that are named, or to all in their order."""
    for word in ("overwrite", "returning", "default", "alias", "conflict"):
        if statement.args.get(word):
            raise StatementError(f"SYNTAX_ERROR: line 1:1: mismatched input '{word.upper()}'")
    if not isinstance(statement.expression, exp.Query | exp.Values):
        raise StatementError("SYNTAX_ERROR: line 1:1: INSERT INTO needs a query or VALUES")
    named = statement.this.expressions if isinstance(statement.this, exp.Schema) else []
    target = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    database = (target.db or place.database).lower()
    try:
        table = place.catalog.table(database, target.name)
    except TableNotFound as error:
        raise StatementError(
            f"TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.{database}.{target.name.lower()}' does not exist"
        ) from error
    if iceberg.is_iceberg(table):
        rows, scanned = _fitting(statement, named, table.columns, place)
        place.iceberg.append(table.database, table.name, rows)
        return StatementResult(scanned=scanned, written=rows.num_rows)
    if table.definition["StorageDescriptor"].get("BucketColumns"):
        raise StatementError(f"NOT_SUPPORTED: Cannot insert into bucketed table {database}.{target.name.lower()}")
    form = _form(table)
    rows, scanned = _fitting(statement, named, table.columns + table.partition_keys, place)
    delimiter = table.serde_parameters.get("field.delim") or "\x01"
    known = {one.values: one.location for one in place.catalog.partitions(table) or []}
    files, partitions = _put(rows, place, table, form, compression_of(form, ""), delimiter, known)
    if not is_projected(table):
        place.catalog.add_partitions(table, [one for one in partitions if one.values not in known])
    return StatementResult(scanned=scanned, files=files, written=rows.num_rows)


def _fitting(
    statement: exp.Insert, named: list[exp.Expr], columns: list[tuple[str, str]], place: Place
) -> tuple[pa.Table, int]:
    """Return the rows to insert, with all of a table's columns, and the bytes scanned."""
    names = [one.name.lower() for one in named] or [name for name, _ in columns]
    with answering(statement.expression, place) as rows:
        require_fit(columns, names, rows)
        arrow, scanned = rows.arrow(), rows.scanned
    given = {name: arrow.column(number) for number, name in enumerate(names)}
    nulls = pa.nulls(arrow.num_rows)
    whole = pa.table([given.get(name, nulls) for name, _ in columns], names=[name for name, _ in columns])
    return as_columns(whole, columns), scanned


def _form(table: Table) -> str:
    if catalog_tables.is_view(table):
        raise StatementError("NOT_SUPPORTED: line 1:1: Inserting into views is not supported")
    form = FORMS.get(table.format, "")
    settings = [one for one in NOT_WRITTEN if table.serde_parameters.get(one) or table.parameters.get(one)]
    settings += [one for one in table.serde_parameters if one.startswith("mapping.")]
    if table.serde_parameters.get("serialization.null.format", r"\N") != r"\N":
        settings.append("serialization.null.format")
    if settings:
        raise StatementError(f"NOT_SUPPORTED: Cannot write to a table with {settings[0]} here")
    if not form or (form == "TEXTFILE" and "lazysimple" not in table.serde.lower()):
        raise StatementError(f"NOT_SUPPORTED: Cannot write to a table of {table.serde.rpartition('.')[2]}")
    return form


def unload(place: Place, text: str, location: str, settings: dict[str, Any] | None) -> StatementResult:
    """UNLOAD (query) TO 's3://...': files without a table."""
    given = settings or {}
    if "format" not in given:
        raise StatementError("INVALID_TABLE_PROPERTY: UNLOAD needs a format")
    query = parse(text.strip()[1:-1])
    form = str(given["format"]).upper()
    compression = compression_of(form, str(given.get("compression") or ""))
    location = f"{location.rstrip('/')}/"
    if place.lake.addresses(place.lake.path(location)):
        raise StatementError(f"HIVE_PATH_ALREADY_EXISTS: Target directory '{location}' already exists")
    refuse_nameless(query)
    with answering(query, place) as rows:
        table = _table(Name("", "unload"), rows, given, form, location)
        arrow, scanned = rows.arrow(), rows.scanned
    everything = table.columns + table.partition_keys
    delimiter = _delimiter({"field_delimiter": given.get("field_delimiter", ",")})
    files, _ = _put(as_columns(arrow, everything), place, table, form, compression, delimiter)
    return StatementResult(scanned=scanned, files=files, written=arrow.num_rows)


def _put(
    rows: pa.Table,
    place: Place,
    table: Table,
    form: str,
    compression: str,
    delimiter: str,
    known: Mapping[tuple[str, ...], str] = MappingProxyType({}),
) -> tuple[list[str], list[Partition]]:
    """Put rows as files at a table's location, unless the query was cancelled; return addresses, and partitions.

    Parameters
    ----------
    known
        Locations of the partitions that the catalog has, by their values.
    """
    if place.is_cancelled():
        raise StatementError("Query was cancelled by the user")
    aside = Path(place.lake.work_folder("athena"))
    written = write_files(rows, table, form, compression, aside, delimiter)
    partitions = [Partition(values, _location(table, values, known)) for values in written]
    files: set[str] = set()
    for one in partitions:
        inside = aside / partition_folder(table, Partition(one.values, ""))
        if one.location != _usual_location(table, one.values):
            files |= _published(place, one.location, inside)
    return sorted(files | _published(place, table.location, aside)), partitions


def _published(place: Place, location: str, folder: Path) -> set[str]:
    """Put the files of a folder at a location, and return their addresses; the folder goes."""
    there = place.lake.path(location)
    before = set(place.lake.addresses(there))
    place.lake.publish(there, [folder], purged=False)
    shutil.rmtree(folder)
    return set(place.lake.addresses(there)) - before


def _location(table: Table, values: tuple[str, ...], known: Mapping[tuple[str, ...], str]) -> str:
    """Return where the rows of a partition go: where its table or the catalog says, else into its folder."""
    if is_projected(table):
        return projected_location(table, values)
    return known.get(values) or _usual_location(table, values)


def _usual_location(table: Table, values: tuple[str, ...]) -> str:
    return f"{table.location.rstrip('/')}/{partition_folder(table, Partition(values, '')).as_posix()}/"
