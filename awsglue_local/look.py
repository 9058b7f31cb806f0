"""The commands that look at a lake: `awsglue-local query` and `awsglue-local show`. They change nothing."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsglue_local.databases.connections import DEFAULT_SETTINGS
from awsglue_local.errors import GlueLocalError
from awsglue_local.runner.lakes import DEFAULT_LAKE
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.terminal import plain_console, rows_shown

if TYPE_CHECKING:
    from awsglue_local.athena.queries import Answer, Snapshot

SHOWN = 20


def add_commands(commands: Any) -> None:
    """Add `query` and `show` to the command line."""
    summary = "answer a query in Athena's SQL over the tables of a lake; nothing is changed"
    query = commands.add_parser("query", help=summary, description=summary)
    query.set_defaults(do=_query)
    query.add_argument("sql", metavar="SQL", help="a query, such as 'select count(*) from customer_trusted'")
    query.add_argument(
        "--connection", metavar="NAME", help="ask the database that stands in for a Glue connection, in its own SQL"
    )
    query.add_argument("--connections", type=Path, default=DEFAULT_SETTINGS, metavar="FILE", help=argparse.SUPPRESS)
    summary = "print the first rows of a table"
    show = commands.add_parser("show", help=summary, description=summary)
    show.set_defaults(do=_show)
    show.add_argument("table", metavar="TABLE", help="a table, as name or database.name")
    show.add_argument("--rows", type=int, default=SHOWN, metavar="N", help=f"how many (default {SHOWN})")
    for parser in (query, show):
        parser.add_argument("--lake", type=Path, metavar="DIR", help=f"the lake folder (default {DEFAULT_LAKE})")
        parser.add_argument("--database", metavar="NAME", help="the database of the tables (default: the only one)")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print the rows as JSON, an object a row")
        form.add_argument("--csv", action="store_true", help="print the rows as CSV, a null as nothing")


def _query(options: argparse.Namespace, _: list[str]) -> int:
    # slow to import, and the command that runs scripts does without
    from sqlglot import exp

    from awsglue_local.athena.sql_text import parse

    if options.connection:
        _print(_of_database(options), options)
        return 0
    query = parse(options.sql)
    if not isinstance(query, exp.Query):
        raise GlueLocalError("only queries (select ..., with ...) are answered; nothing was changed")
    with _opened(options, options.database) as (lake, database):
        answer = lake.query(options.sql, database)
    _print(answer, options)
    return 0


def _of_database(options: argparse.Namespace) -> Answer:
    """Answer a query over the stand-in of a Glue connection, in the SQL of the connection's database."""
    from awsglue_local.athena.queries import Answer
    from awsglue_local.databases.connections import read_settings
    from awsglue_local.databases.open_databases import FOLDER, OpenDatabases

    folder = (options.lake or DEFAULT_LAKE).absolute() / FOLDER
    databases = OpenDatabases(folder, read_settings(options.connections), may_leave=True, makes_files=False)
    try:
        columns, rows = databases.of("", {"connectionName": options.connection}).answer(options.sql)
    finally:
        databases.close()
    return Answer(columns, rows)


def _show(options: argparse.Namespace, _: list[str]) -> int:
    from sqlglot import exp

    database, _dot, name = options.table.lower().rpartition(".")
    with _opened(options, database or options.database) as (lake, database):
        rows = lake.rows_of(database, name)
        table = exp.table_(name, db=database, quoted=True).sql("athena")
        answer = lake.query(f"select * from {table} limit {max(options.rows, 0)}", database)  # noqa: S608 - quoted
    _print(answer, options)
    if not (options.json or options.csv):
        plain_console().print(f"{min(len(answer.rows), rows):,} of {rows:,} rows of {database}.{name}", highlight=False)
    return 0


@contextmanager
def _opened(options: argparse.Namespace, database: str | None) -> Iterator[tuple[Snapshot, str]]:
    """Open the lake, and give the database that tables without one are in."""
    from awsglue_local.athena.queries import open_lake

    root = options.lake or DEFAULT_LAKE
    named = database or _only_database(root)
    with open_lake(root, named.lower()) as lake:
        yield lake, named.lower()


def _only_database(root: Path) -> str:
    there = FolderCatalog(root).databases()
    if len(there) > 1:
        raise GlueLocalError(f"the lake {root} has several databases: name one with --database: {', '.join(there)}")
    return there[0] if there else "default"


def _print(answer: Answer, options: argparse.Namespace) -> None:
    if options.json:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        print(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    elif options.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
    else:
        console = plain_console()
        console.print(rows_shown(answer.columns, answer.rows, console.width))
