"""The query page: tables and their columns, saved queries, answers in Athena's SQL. Nothing is changed."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlglot import exp

from awsglue_local.athena.queries import AthenaSql
from awsglue_local.athena.sql_text import parse
from awsglue_local.errors import GlueLocalError
from awsglue_local.runner.preview import plain_value
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.lake import Lake
from glue_studio.server.inspection import Column, columns_of
from glue_studio.server.workspace import Workspace

MOST_ROWS = 10_000


class TableView(BaseModel):
    """A table; `in_lake` says whether the lake's catalog has it, so that it can be asked."""

    database: str
    name: str
    columns: list[Column]
    in_lake: bool


class QueryText(BaseModel):
    """A query in Athena's SQL; `database` is that of tables without one."""

    sql: str
    database: str = ""


class Answer(BaseModel):
    """What a query returned: at most 10,000 rows, seconds, bytes that were read; `more` says that rows are left out."""

    columns: list[Column]
    rows: list[list[Any]]
    more: bool
    seconds: float
    bytes_scanned: int


class SavedQueryView(BaseModel):
    """A query of a file."""

    name: str
    sql: str


class Queries:
    """Answers queries, one at a time; text tables that were read once are kept until they change."""

    def __init__(self, lake: Path) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="glue-studio-queries-")
        self._catalog = FolderCatalog(lake)
        self._sql = AthenaSql(Lake(lake), self._catalog, Path(self._scratch.name), as_in_files=True)
        self._turn = threading.Lock()

    def answer(self, text: QueryText) -> Answer:
        """Answer a query.

        Raises
        ------
        GlueLocalError
            It is none, or cannot be answered.
        """
        query = parse(text.sql)
        if not isinstance(query, exp.Query):
            raise GlueLocalError("only queries (select ..., with ...) are answered; nothing was changed")
        there = self._catalog.databases()
        database = text.database or (there[0] if there else "default")
        start = time.perf_counter()
        with self._turn, self._sql.run(query, database) as found:
            rows = found.answer(MOST_ROWS + 1).rows
        return Answer(
            columns=[Column(name=name, type=str(kind)) for name, kind in found.columns],
            rows=[[plain_value(value) for value in row] for row in rows[:MOST_ROWS]],
            more=len(rows) > MOST_ROWS,
            seconds=time.perf_counter() - start,
            bytes_scanned=found.scanned,
        )

    def stop(self) -> None:
        """End the query that is running."""
        self._sql.interrupt()

    def close(self) -> None:
        """Remove what was read."""
        self.stop()
        self._scratch.cleanup()


def query_routes(workspace: Workspace, queries: Queries) -> APIRouter:
    """Return the routes of the query page."""
    routes = APIRouter(prefix="/api", tags=["queries"])

    @routes.get("/tables")
    def list_tables() -> list[TableView]:
        catalog = FolderCatalog(workspace.lake)
        in_lake = {(one, name) for one in catalog.databases() for name in catalog.table_names(one)}
        return [
            TableView(database=table[0], name=table[1], columns=columns_of(columns), in_lake=table in in_lake)
            for table, columns in sorted(workspace.tables().items())
        ]

    @routes.post("/query")
    def run_query(body: QueryText) -> Answer:
        return queries.answer(body)

    @routes.post("/query/stop")
    async def stop_query() -> None:
        queries.stop()

    @routes.get("/queries")
    def list_queries() -> list[SavedQueryView]:
        return [SavedQueryView(name=name, sql=sql) for name, sql in workspace.queries().items()]

    return routes
