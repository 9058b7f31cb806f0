"""Run one Glue script, unmodified."""

from __future__ import annotations
import __future__

import ast
import io
import linecache
import re
import sys
import time
import traceback
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any

from awsglue_local.errors import GlueLocalError, ScriptError
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.frames.reading import read_table
from awsglue_local.job_run.account import NodeRun
from awsglue_local.job_run.runtime import Runtime, entered
from awsglue_local.runner.imports import install, only_in_aws
from awsglue_local.runner.row_counts import count_records
from awsglue_local.spark.catalog_sql import catalog_in_sql
from awsglue_local.spark.catalog_tables import CatalogTables
from awsglue_local.spark.databases_in_spark import databases_in_spark
from awsglue_local.spark.lake_in_spark import lake_in_spark
from awsglue_local.spark.sail_dialect import sail_dialect
from awsglue_local.storage.table import Table

NO_ATTRIBUTE = re.compile(r"attribute ObjectName\(\[(.*?)\]\) is missing from the schema")
"""Sail's words for a column that is not there."""
SAIL_LACKS = re.compile(
    r"Can(?:no|')t (?:cast|coerce)|failed to match any signature|coercion failed|should be rewritten"
    r"|Unable to parse date|Error parsing|values expected|invalid argument|^function: "
    r"|not (?:supported|implemented|allowed)|[Uu]nsupported|No function matches|downcast|Internal error"
    r"|MultiThreadedRendezvous|expression names but|out of bounds|panic"
)
"""Sail's words for what it lacks, and for values that Spark makes something else of."""
NODE_COMMENT = re.compile(r"\s*# Script generated for node (.*)")

Made = list[tuple[str, list[Any]]]
"""The Studio nodes of a script in its order, each with the frames and collections that it gave to variables."""


def run(path: Path, arguments: Sequence[str], runtime: Runtime, look: Callable[[Made], None] | None = None) -> None:
    """Run a script and publish what it wrote.

    Parameters
    ----------
    path
        The script.
    arguments
        Its arguments, such as `--year 2026`; `--JOB_NAME` is added unless given.
    runtime
        The engine, the lake and the account of reads and writes.
    look
        Looks at what the nodes made. Nothing that the script wrote is published then.

    Raises
    ------
    ScriptError
        The script failed, with the line and the Studio node; nothing it wrote is published.
    """
    source = _source(path)
    nodes = _compiled(path, source)
    install()
    try:
        with entered(runtime), runtime.engine.in_use(), _spark_taught(runtime), _arguments(path, arguments):
            made = _execute(nodes, path, runtime)
            if look:
                look(made)
                return
            _tell_of_rows(made, runtime)
            runtime.databases.commit()
            runtime.transaction.publish()
            runtime.bookmark.save()
    except Exception as error:
        words = _message(error) + _way_out(error, runtime)
        if isinstance(error, AssertionError):
            words = "; ".join([words, *_broken_rules(runtime)])
        if runtime.misfits:
            words = "; ".join([*runtime.misfits, f"and so the script failed: {words.splitlines()[0]}"])
        raise _script_error(path, source, error, words) from error
    finally:
        runtime.databases.close()


def _broken_rules(runtime: Runtime) -> list[str]:
    """Return the data quality rules that failed, which Studio's assertion after them does not name."""
    failed = [rule for one in runtime.account.data_quality for rule in one["rules"] if rule["Result"] != "PASS"]
    return [f"{rule['Description']} failed: {rule['EvaluationMessage']}" for rule in failed]


@contextmanager
def _spark_taught(runtime: Runtime) -> Iterator[None]:
    """Let what a script asks of Spark itself find the running engine, the catalog's tables and the lake."""
    from awsglue_local.spark.spark_context import spark_of  # imports PySpark, whose modules look at the engine

    def rows_of(table: Table) -> Any:
        return read_table(runtime, table, "", "").visible()

    tables = CatalogTables(runtime, rows_of)
    on_sail = sail_dialect(runtime.session) if runtime.engine.is_sail else nullcontext()
    with (
        spark_of(runtime.engine),
        on_sail,
        lake_in_spark(runtime),
        databases_in_spark(runtime),
        catalog_in_sql(tables),
    ):
        yield


def _execute(nodes: list[tuple[str, CodeType]], path: Path, runtime: Runtime) -> Made:
    there = dict.fromkeys(name for name, _ in nodes if name)
    if runtime.explain and runtime.explain not in there:
        raise GlueLocalError(f"no node {runtime.explain!r}; the nodes are {', '.join(there) or 'none'}")
    names = {"__name__": "__main__", "__file__": str(path)}
    made: Made = []
    try:
        for name, code in nodes:
            made.append((name, _execute_node(name, code, names, runtime)))
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise GlueLocalError(f"the script exited with code {stop.code}") from stop
    return made


def _tell_of_rows(made: Made, runtime: Runtime) -> None:
    frames = [frames for _, frames in made]
    count_records(runtime.account.nodes, frames, runtime.count or runtime.account.wrote_nothing)
    if runtime.account.wrote_nothing:
        _tell_where_rows_end(runtime)


def _tell_where_rows_end(runtime: Runtime) -> None:
    """Warn of the first node that no record leaves, which explains an empty table."""
    account = runtime.account
    counts = [node.out for node in account.nodes if node.leaves]
    first = next((node for node in account.nodes if node.leaves and node.out == 0), None)
    if first and counts[0] != 0 and 0 not in first.rows.values():
        tables = ", ".join(name for name, rows in account.writes.items() if not rows)
        runtime.warn(f'no record leaves the node "{first.name}", so {tables} gets no rows')


def _execute_node(name: str, code: CodeType, names: dict[str, Any], runtime: Runtime) -> list[Any]:
    """Run the statements of a node; return the frames and collections that they gave to variables."""
    account = runtime.account
    known = dict(names)
    before, start = {**account.reads, **account.writes}, time.perf_counter()
    exec(code, names)  # noqa: S102 (running scripts is the purpose)
    rows = {table: count for table, count in {**account.reads, **account.writes}.items() if before.get(table) != count}
    account.nodes.append(NodeRun(name, time.perf_counter() - start, rows))
    made = {
        variable: value
        for variable, value in names.items()
        if value is not known.get(variable) and isinstance(value, DynamicFrame | DynamicFrameCollection)
    }
    if name and name == runtime.explain:
        plans = [_plan(variable, one) for variable, one in made.items() if isinstance(one, DynamicFrame)]
        account.nodes[-1].plan = "\n".join(plans)
    if runtime.on_node:
        runtime.on_node(account.nodes[-1])
    return list(made.values())


def _plan(variable: str, frame: Any) -> str:
    """Return the engine's plan for a frame, below the name of its variable."""
    with redirect_stdout(io.StringIO()) as printed:
        frame.toDF().explain()
    return f"{variable}\n{printed.getvalue().strip()}"


def node_at(source: str, line: int) -> str:
    """Return the name of the Studio node whose statements contain a line; empty where there is none."""
    for text in reversed(source.splitlines()[:line]):
        match = NODE_COMMENT.fullmatch(text)
        if match:
            return match[1]
    return ""


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScriptError(str(path), 0, "", f"the script cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(str(path), 0, "", "the script is not UTF-8 text") from error


def _compiled(path: Path, source: str) -> list[tuple[str, CodeType]]:
    """Return the script's statements, those of each Studio node together."""
    # Filter reads its lambda's source through linecache
    linecache.cache[str(path)] = (len(source), None, source.splitlines(keepends=True), str(path))
    try:
        tree = ast.parse(source, str(path))
        compile(tree, str(path), "exec")  # finds what is wrong anywhere before anything runs
        comments = [0, *(number for number, text in enumerate(source.splitlines(), 1) if NODE_COMMENT.fullmatch(text))]
        # by the comment and not by the name, which two nodes may share
        groups = groupby(tree.body, lambda statement: comments[bisect(comments, statement.lineno) - 1])
        parts = [(node_at(source, comment), ast.Module(list(statements), [])) for comment, statements in groups]
        return [(name, compile(part, str(path), "exec", flags=_future(tree))) for name, part in parts]
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise ScriptError(str(path), line, node_at(source, line), f"syntax error: {error.args[0]}") from error


def _future(tree: ast.Module) -> int:
    """Return the compiler's flags for what a script imports from `__future__`, which goes for all of its parts."""
    names = [
        alias.name
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        for alias in statement.names
    ]
    flags = 0
    for name in names:
        flags |= getattr(__future__, name).compiler_flag
    return flags


@contextmanager
def _arguments(path: Path, arguments: Sequence[str]) -> Iterator[None]:
    name = [] if any(argument.split("=")[0] == "--JOB_NAME" for argument in arguments) else ["--JOB_NAME", path.stem]
    before = sys.argv
    sys.argv = [str(path), *name, *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _script_error(path: Path, source: str, error: BaseException, message: str) -> ScriptError:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == str(path)] or [0]
    # a function of the script may stand in the part of another node: the node is that of its call
    return ScriptError(str(path), lines[-1], node_at(source, lines[0]), message)


def _way_out(error: Exception, runtime: Runtime) -> str:
    """Return what to do where Sail fails with what Spark may have or take otherwise."""
    is_engines = type(error).__module__.startswith(("pyspark", "grpc"))
    if not is_engines or not runtime.engine.is_sail or not SAIL_LACKS.search(str(error)):
        return ""
    return "; Spark may take this: run it with --engine spark"


def _message(error: Exception) -> str:
    """Return an error's own words, without a Java or Rust stack trace below them."""
    text = str(error).strip() or type(error).__name__
    words = text.split("\n\tat ")[0].split("\n\nJVM stacktrace")[0].strip()
    if missing := NO_ATTRIBUTE.search(words):
        column = ".".join(re.findall(r'Identifier\("([^"]*)"\)', missing[1]))
        return f"no column {column!r} is in what the query reads"
    if isinstance(error, ModuleNotFoundError) and (why := only_in_aws(error.name or "")):
        return f"the module {error.name} is AWS's own and is not to be had here: {why}"
    known = type(error).__module__.startswith("awsglue_local")
    return words if known else f"{type(error).__name__}: {words}"
