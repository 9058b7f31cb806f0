"""Queries with the answers of Trino's documentation, of Trino's own tests, and of hand: `examples/*.txt`.

Blocks of lines: a query, then `-> a row`, its columns divided by ` | `, or `!! THE_NAME_OF_AN_ERROR`. A line `?? NAME`
after them says that the query is refused here with that name. `NULL` is a null, `(no rows)` no row at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlglot import exp

from awsglue_local.athena.trino import run_errors
from awsglue_local.athena.trino.dialect import parse
from awsglue_local.athena.trino.errors import QueryError, QueryRefused
from awsglue_local.athena.trino.queries import new_translation, translate_query
from awsglue_local.athena.trino.result_text import text_of
from awsglue_local.athena.trino.session import Session
from awsglue_local.athena.trino.translation import Rows

FOLDER = Path(__file__).parent / "examples"


@dataclass
class Example:
    """A query, what it returns or the error that it ends in, and the error here where it is refused."""

    sql: str
    wanted: list[str]
    refused: str = ""

    @property
    def expected(self) -> list[str]:
        """What it must return here."""
        return [f"!! {self.refused}"] if self.refused else [] if self.wanted == ["(no rows)"] else self.wanted


def read(path: Path) -> Iterator[Example]:
    """Yield the examples of a file."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        if not lines:
            continue
        sql, *rest = lines
        refused = next((line.removeprefix("?? ") for line in rest if line.startswith("?? ")), "")
        yield Example(sql, [line.removeprefix("-> ") for line in rest if not line.startswith("?? ")], refused)


def no_table(_database: str, name: str, node: exp.Table) -> Rows:
    """Refuse any table: the examples need none."""
    code = "SCHEMA_NOT_FOUND" if node.db else "TABLE_NOT_FOUND"
    raise QueryRefused(code, f"{name} does not exist", node)


def answer(session: Session, sql: str) -> list[str]:
    """Return the rows of a query as the examples write them, or the name of its error."""
    try:
        statements = parse(sql)
        translation = new_translation("default", no_table)
        rows = translate_query(translation, statements[0])
        session.prepare(translation)
        found = session.connection.execute(rows.sql).fetchall()
        kinds = [kind for _, _, kind in rows.columns]
        texts = [[text_of(*cell) for cell in zip(row, kinds, strict=True)] for row in found]
    except QueryError as error:
        return [f"!! {error.reason.split(':')[0]}"]
    except duckdb.Error as error:
        return [f"!! {run_errors.reason_of(error).split(':')[0]}"]
    return [" | ".join("NULL" if one is None else one for one in row).rstrip() for row in texts]
