"""Query executions: queued, run one after another, their results kept in S3 as Athena does."""

from __future__ import annotations

import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.athena.models import AthenaBackend
from moto.core.exceptions import JsonRESTError
from sqlglot import exp

from awsglue_local.athena.queries import AthenaSql
from awsglue_local.athena.sql_text import parse, with_values
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.glue_catalog import GlueCatalog
from awsglue_local.storage.lake import WORK_FOLDER
from awsglue_local.storage.s3_lake import S3Lake
from glue_emulator.athena.iceberg_tables import IcebergTables
from glue_emulator.athena.results import column_info, csv_text
from glue_emulator.athena.statements import (
    Place,
    StatementError,
    StatementResult,
    TooManyBytesError,
    run_statement,
    statement_type,
    substatement_type,
)
from glue_emulator.athena.statements.statement import PreparedStatements
from glue_emulator.backend_state import kept_for
from glue_emulator.running_emulator import ROOT, Keys, asking, running

EXECUTE = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*execute\s+\"?(\w+)\"?(?:\s+using\s+(.*))?", re.IGNORECASE | re.DOTALL
)
INTERRUPT_EVERY = 0.05
"""Seconds."""
NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result configuration "
    "setting or as an API input."
)


class InvalidRequest(JsonRESTError):
    """A request that Athena refuses."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


@dataclass
class Query:
    """A query execution.

    Attributes
    ----------
    output
        S3 address of the file with the result.
    most
        Bytes that it may scan.
    keys
        Of who asks: Athena reads and writes with their permissions.
    asked
        The text as it was sent: of a prepared statement, EXECUTE.
    """

    text: str
    database: str
    workgroup: str
    output: str
    most: int | None
    values: list[str]
    context: dict[str, Any]
    keys: Keys = ROOT
    asked: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = "QUEUED"
    reason: str = ""
    submitted: float = field(default_factory=time.time)
    completed: float | None = None
    seconds: float = 0.0
    outcome: StatementResult = field(default_factory=StatementResult)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def kind(self) -> str:
        """DML, DDL or UTILITY."""
        return statement_type(self.text)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the API's QueryExecution."""
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.completed:
            status["CompletionDateTime"] = self.completed
        if self.reason:
            status["StateChangeReason"] = self.reason
            status["AthenaError"] = {
                "ErrorCategory": 2,
                "ErrorType": 1006,
                "Retryable": False,
                "ErrorMessage": self.reason,
            }
        milliseconds = round(self.seconds * 1000)
        statistics: dict[str, Any] = {
            "EngineExecutionTimeInMillis": milliseconds,
            "DataScannedInBytes": self.outcome.scanned,
            "TotalExecutionTimeInMillis": milliseconds,
            "QueryQueueTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        if self.outcome.files:
            statistics["DataManifestLocation"] = self.manifest
        given = {"ExecutionParameters": self.values} if self.values else {}
        return {
            "QueryExecutionId": self.id,
            "Query": self.text,
            "StatementType": self.kind,
            "SubstatementType": substatement_type(self.text),
            **given,
            "ResultConfiguration": {"OutputLocation": self.output},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self.context,
            "Status": status,
            "Statistics": statistics,
            "WorkGroup": self.workgroup,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
        }

    @property
    def manifest(self) -> str:
        """S3 address of the list of files that the query wrote."""
        return re.sub(r"\.\w+$", "", self.output) + "-manifest.csv"

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as the API's Row, of a query the names of the columns first."""
        rows = self.with_header() if self.kind == "DML" else self.outcome.rows
        return [{"Data": [{} if one is None else {"VarCharValue": one} for one in row]} for row in rows]

    def with_header(self) -> list[list[str | None]]:
        """Return the rows, the names of the columns first."""
        names: list[str | None] = [name for name, _ in self.outcome.columns]
        return [names, *self.outcome.rows] if names else self.outcome.rows

    def columns(self) -> list[dict[str, Any]]:
        """Return the columns as the API's ColumnInfo."""
        return [column_info(name, kind) for name, kind in self.outcome.columns]


class Queries:
    """The queries of one account and region. They run one at a time, over what S3 holds then."""

    def __init__(self, backend: AthenaBackend) -> None:
        self._backend, self._region = backend, backend.region_name
        self._queries: dict[str, Query] = {}
        self._tokens: dict[str, Query] = {}
        self.prepared: dict[str, PreparedStatements] = {}
        self._turn = threading.Lock()
        self._opened: dict[Keys, tuple[S3Lake, AthenaSql, IcebergTables]] = {}

    def start(self, request: dict[str, Any]) -> Query:
        """Start a query.

        Raises
        ------
        InvalidRequest
            As Athena refuses one: no workgroup of that name, no output location, no text.
        """
        name = request.get("WorkGroup") or "primary"
        group = self._backend.work_groups.get(name)
        if group is None:
            raise InvalidRequest(f"WorkGroup {name} is not found.")
        settings: dict[str, Any] = dict(group.configuration)
        place = str((settings.get("ResultConfiguration") or {}).get("OutputLocation") or "")
        asked = str((request.get("ResultConfiguration") or {}).get("OutputLocation") or "")
        folder = place if settings.get("EnforceWorkGroupConfiguration") and place else asked or place
        if not folder:
            raise InvalidRequest(NO_OUTPUT)
        if group.state != "ENABLED":
            raise InvalidRequest(f"WorkGroup {name} is disabled.")
        token = request.get("ClientRequestToken")
        if token in self._tokens:
            if self._tokens[token].asked != request["QueryString"]:
                raise InvalidRequest("Idempotent parameters do not match")
            return self._tokens[token]
        text, values = self._prepared(str(request["QueryString"]), name, request.get("ExecutionParameters") or [])
        context = dict(request.get("QueryExecutionContext") or {})
        most = settings.get("BytesScannedCutoffPerQuery")
        database = str(context.get("Database") or "default").strip("`").lower()
        query = Query(text, database, name, folder, most, values, context, asking.get(), str(request["QueryString"]))
        suffix = "csv" if query.kind == "DML" else "txt"
        query.output = f"{folder.rstrip('/')}/{query.id}.{suffix}"
        self._queries[query.id] = query
        if token:
            self._tokens[token] = query
        threading.Thread(target=self._live, args=(query,), name=f"query {query.id}", daemon=True).start()
        return query

    def get(self, query_id: str) -> Query:
        """Return a query; InvalidRequest."""
        if query_id not in self._queries:
            raise InvalidRequest(f"QueryExecution {query_id} was not found")
        return self._queries[query_id]

    def of_workgroup(self, name: str | None) -> list[Query]:
        """Return queries, the latest first."""
        return [one for one in reversed(self._queries.values()) if name in (None, one.workgroup)]

    def forget(self, workgroup: str) -> None:
        """Forget the queries of a workgroup."""
        self._queries = {key: one for key, one in self._queries.items() if one.workgroup != workgroup}

    def stop(self, query_id: str) -> None:
        """Cancel a query that has not ended."""
        query = self.get(query_id)
        if query.state in ("QUEUED", "RUNNING"):
            was_running = query.state == "RUNNING"
            query.state, query.reason, query.completed = "CANCELLED", "Query was cancelled by the user", time.time()
            if was_running:
                threading.Thread(target=self._interrupt, args=(query,), daemon=True).start()

    def _interrupt(self, query: Query) -> None:
        """Interrupt a query until it is over: it may not have come to DuckDB yet."""
        while not query.is_over.wait(INTERRUPT_EVERY):
            if query.keys in self._opened:
                self._opened[query.keys][1].interrupt()

    def close(self) -> None:
        """Stop all queries, and wait until none runs: the account is forgotten."""
        for query in list(self._queries.values()):
            self.stop(query.id)
        with self._turn:
            pass

    def _prepared(self, text: str, workgroup: str, values: list[str]) -> tuple[str, list[str]]:
        match = EXECUTE.fullmatch(text.strip().rstrip(";"))
        if not match:
            return text, values
        statement = self.prepared.get(workgroup, {}).get(match[1].lower())
        if statement is None:
            raise InvalidRequest(f"PreparedStatement {match[1]} was not found in workGroup {workgroup}")
        try:
            given: list[Any] = list(parse(f"values ({match[2]})").find_all(exp.Tuple)) if match[2] else []
        except GlueLocalError as error:
            raise InvalidRequest(f"SYNTAX_ERROR: {error}") from error
        return str(statement["QueryStatement"]), [
            one.sql("athena") for one in given[0].expressions
        ] if given else values

    def _live(self, query: Query) -> None:
        with self._turn:
            if query.state == "CANCELLED":
                return
            query.state = "RUNNING"
            start = time.monotonic()
            state, reason = "SUCCEEDED", ""
            try:
                query.outcome = self._run(query)
                self._keep(query)
            except TooManyBytesError as error:
                state, reason = "CANCELLED", str(error)
            except StatementError as error:
                state, reason = "FAILED", str(error)
            except Exception as problem:  # a fault of the emulator fails the query, not the emulator
                state, reason = "FAILED", f"INTERNAL_ERROR: {type(problem).__name__}: {problem}"
            query.is_over.set()
            query.seconds = time.monotonic() - start
            if query.state != "CANCELLED":
                query.state, query.reason, query.completed = state, reason, time.time()

    def _run(self, query: Query) -> StatementResult:
        text = query.text
        if query.values:
            try:
                text = with_values(text, query.values)
            except GlueLocalError as error:
                raise StatementError(f"SYNTAX_ERROR: {error}") from error
        lake, sql, iceberg = self._open(query.keys)
        place = Place(
            sql=sql,
            lake=lake,
            glue=running().client("glue", self._region, query.keys),
            database=query.database,
            output=query.output,
            most=query.most,
            is_cancelled=lambda: query.state == "CANCELLED",
            iceberg=iceberg,
            workgroup=query.workgroup,
            prepared=self.prepared.setdefault(query.workgroup, {}),
        )
        return run_statement(text, place)

    def _open(self, keys: Keys) -> tuple[S3Lake, AthenaSql, IcebergTables]:
        """Return S3 and SQL over it as somebody sees them; what was read of S3 is kept until it changes there."""
        if keys not in self._opened:
            lake = running().lake(self._region, keys)
            scratch = lake.root / WORK_FOLDER / "athena"
            scratch.mkdir(parents=True)
            catalog = GlueCatalog(running().client("glue", self._region, keys))
            iceberg = IcebergTables(self._region, keys)
            self._opened[keys] = lake, AthenaSql(lake, catalog, scratch, iceberg=iceberg), iceberg
        return self._opened[keys]

    def _keep(self, query: Query) -> None:
        """Put the result where Athena puts it: CSV of a query, text of a statement, a manifest of written files."""
        outcome = query.outcome
        if query.kind == "DML":
            self._put(query, query.output, csv_text(query.with_header()))
        else:
            self._put(query, query.output, "".join("\t".join(one or "" for one in row) + "\n" for row in outcome.rows))
        if outcome.files:
            self._put(query, query.manifest, "".join(f"{file}\n" for file in outcome.files))

    def _put(self, query: Query, uri: str, text: str) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        try:
            running().client("s3", self._region, query.keys).put_object(Bucket=bucket, Key=key, Body=text.encode())
        except Exception as error:
            raise StatementError(f"Unable to write the result to {uri}: {error}") from error


def queries_of(backend: AthenaBackend) -> Queries:
    """Return the queries beside one of moto's backends."""
    return kept_for(backend, Queries)
