"""What of Athena's SQL is answered here: functions by Trino's pages, and statements."""

from __future__ import annotations

from scripts.stedi import ROOT

EXAMPLES = ROOT / "tests" / "awsglue_local" / "athena" / "trino" / "examples"
BY_SYNTAX = {
    "conditional": ["case", "coalesce", "if", "nullif", "try"],
    "conversion": ["cast", "format", "try_cast", "typeof"],
    "json": ["json_array", "json_exists", "json_object", "json_query", "json_value"],
    "datetime": ["current_date", "current_timestamp", "extract", "localtimestamp", "now"],
    "aggregate": ["grouping"],
}
"""What is written with words between its arguments, or takes arguments of any types."""
ABSENT = {
    "aggregate": "approx_most_frequent, checksum, numeric_histogram, bitwise_and_agg of others than whole numbers",
    "binary": "murmur3, spooky_hash_v2_32, spooky_hash_v2_64, xxhash64, lpad and rpad of varbinary",
    "datetime": "current_time, localtime, *_nanos; more than six digits of a second",
    "geospatial": "all (ST_*, bing_tile*, great_circle_distance, ...)",
    "hyperloglog, qdigest, tdigest, setdigest": "all (approx_set, merge, cardinality of them, qdigest_agg, ...)",
    "ipaddress": "all",
    "json": "filters and arithmetic in paths, ON EMPTY and ON ERROR, json_table",
    "math": "beta_cdf, inverse_beta_cdf, cosine_distance, wilson_interval_lower, wilson_interval_upper",
    "ml, teradata, color": "all",
    "regexp": "classes such as \\p{L}, a flag inside of a group",
    "string": "word_stem, to_char",
}
"""Of Trino's list of functions, what is refused with FUNCTION_NOT_FOUND or NOT_SUPPORTED here."""
STATEMENTS: dict[str, tuple[str, str]] = {
    "create_database": ("CREATE DATABASE or SCHEMA, with COMMENT, LOCATION, DBPROPERTIES", "right"),
    "drop_database": ("DROP DATABASE or SCHEMA, CASCADE", "right"),
    "alter_database": ("ALTER DATABASE SET DBPROPERTIES", "right"),
    "show_databases": ("SHOW DATABASES or SCHEMAS LIKE", "right"),
    "create_view": ("CREATE OR REPLACE VIEW", "right; kept in the catalog as Athena keeps it"),
    "drop_view": ("DROP VIEW", "right"),
    "drop_table": ("DROP TABLE", "right: files of Iceberg tables go, those of external tables stay"),
    "set_properties": ("ALTER TABLE SET TBLPROPERTIES", "right"),
    "add_columns": ("ALTER TABLE ADD COLUMNS", "right"),
    "replace_columns": ("ALTER TABLE REPLACE COLUMNS", "right"),
    "change": ("ALTER TABLE CHANGE COLUMN, DROP COLUMN, RENAME TO", "right on Iceberg tables, refused on others"),
    "add_partitions": ("ALTER TABLE ADD PARTITION", "right"),
    "drop_partitions": ("ALTER TABLE DROP PARTITION, with comparisons", "right"),
    "rename_partition": ("ALTER TABLE RENAME PARTITION", "right"),
    "set_location": ("ALTER TABLE SET LOCATION, of a partition too", "right"),
    "repair": ("MSCK REPAIR TABLE", "right; folders that are not `key=value` are passed over"),
    "show_partitions": ("SHOW PARTITIONS", "right"),
    "show_tables": ("SHOW TABLES", "right"),
    "show_views": ("SHOW VIEWS", "right"),
    "show_columns": ("SHOW COLUMNS", "right"),
    "show_create_table": ("SHOW CREATE TABLE", "right; the statement makes the table again"),
    "show_create_view": ("SHOW CREATE VIEW", "right"),
    "show_properties": ("SHOW TBLPROPERTIES", "right"),
    "describe": ("DESCRIBE [EXTENDED, FORMATTED]", "columns and partition keys only"),
    "explain": ("EXPLAIN, EXPLAIN ANALYZE", "the plan of DuckDB, as text; TYPE VALIDATE is right"),
    "prepare": ("PREPARE, EXECUTE ... USING", "right"),
    "deallocate": ("DEALLOCATE PREPARE", "right"),
    "unload": ("UNLOAD", "right: Parquet, ORC, Avro, JSON, text; partitions"),
}
OTHERS = [
    ("SELECT, VALUES, WITH, set operations, subqueries, windows, UNNEST, LATERAL", "right"),
    ("TABLESAMPLE, MATCH_RECOGNIZE, FETCH ... WITH TIES, GROUP BY ALL", "refused"),
    ('`information_schema`, `"t$partitions"`', "right"),
    ('`"$path"`, `"$file_size"`, `"$file_modified_time"`', "refused: rows are not traced to their files"),
    ("CREATE EXTERNAL TABLE", "right: text, JSON, RegexSerDe, OpenCSVSerde, Parquet, ORC, Avro"),
    (
        "CREATE TABLE AS, WITH NO DATA",
        "right: all but arrays, maps and rows in Avro and text; partitions, buckets, Iceberg",
    ),
    ("INSERT INTO", "right: all but OpenCSVSerde, RegexSerDe and text with escapes or a header; partitions, Iceberg"),
    ("partition projection", "right: enum, integer, date and injected, within the table's location"),
    ("Iceberg: CREATE TABLE, INSERT, SELECT, FOR TIMESTAMP or VERSION AS OF", "right, by PyIceberg"),
    ('Iceberg: `"t$history"`, `$snapshots`, `$files`, `$manifests`, `$partitions`, `$refs`', "PyIceberg's columns"),
    ("Iceberg: DELETE, UPDATE, MERGE", "right; the table's rows are written anew, no delete files"),
    ("Iceberg: OPTIMIZE, VACUUM", "nothing is done, and the result says so"),
    ("federated catalogs, Spark sessions, capacity", "refused"),
]
"""Statements that Hive's grammar does not name."""


def functions() -> str:
    """Return the table of functions: those that give Trino's value, and those that are refused."""
    from awsglue_local.athena.trino.functions import AGGREGATES, FUNCTIONS, WINDOWS

    names: dict[str, set[str]] = {topic: set(known) for topic, known in BY_SYNTAX.items()}
    for registry in (FUNCTIONS, AGGREGATES, WINDOWS):
        for name, found in registry.by_name.items():
            if not name.startswith("$"):
                for one in found:
                    names.setdefault(one.page, set()).add(name)
    topics = sorted({*names, *(topic for topic, words in ABSENT.items() if words)})
    rows = [f"| {topic} | {_listed(names.get(topic, set()))} | {ABSENT.get(topic, '')} |" for topic in topics]
    count = len({name for known in names.values() for name in known})
    head = "| Trino's page | right | refused |\n|---|---|---|\n"
    return f"{count} functions, held against {_examples()} examples.\n\n{head}" + "\n".join(rows) + "\n"


def _listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _examples() -> str:
    blocks = [block for path in EXAMPLES.glob("*.txt") for block in path.read_text(encoding="utf-8").split("\n\n")]
    return f"{sum(any(line.startswith(('-> ', '!! ')) for line in block.splitlines()) for block in blocks):,}"


def statements() -> str:
    """Return the table of statements."""
    from glue_emulator.athena.statements import HIVE

    if set(HIVE) != set(STATEMENTS):
        raise ValueError(
            f"statements without a line in the documentation, or the reverse: {set(HIVE) ^ set(STATEMENTS)}"
        )
    rows = [f"| {name} | {words} |" for name, words in [*OTHERS, *STATEMENTS.values()]]
    return "| statement | here |\n|---|---|\n" + "\n".join(rows) + "\n"
