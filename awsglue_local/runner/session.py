"""A local Glue: an engine, a lake and a catalog, for one script after another."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from awsglue_local.databases.connections import DEFAULT_SETTINGS, read_settings
from awsglue_local.databases.open_databases import FOLDER, OpenDatabases
from awsglue_local.errors import ScriptError
from awsglue_local.files.json_chunk import BadRecord
from awsglue_local.files.staging import Stage
from awsglue_local.job_run.account import NodeRun
from awsglue_local.job_run.bookmarks import Bookmark
from awsglue_local.job_run.engine import ClusterEngine, Engine, lost_worker, start_engine
from awsglue_local.job_run.runtime import Runtime, TextReader
from awsglue_local.job_run.transaction import Transaction
from awsglue_local.runner import lakes
from awsglue_local.runner import script as scripts
from awsglue_local.runner.lakes import DEFAULT_LAKE, Opened
from awsglue_local.storage.endpoint import Endpoint

if TYPE_CHECKING:
    from awsglue_local.cluster.cluster_writer import ClusterWriter

BOOKMARKS = "_bookmarks"
SECOND_TRIES = 2
"""How often a script is run again that a cluster could not finish because it lost a worker."""


@dataclass(frozen=True)
class ScriptRun:
    """What a script did.

    Attributes
    ----------
    name
        The script's file name without `.py`.
    seconds
        How long it ran.
    reads, writes
        Rows by table name, by S3 URI where there is no table.
    kept
        Rows of earlier runs that stay in a table that is written.
    bad_records
        Lines left out, by table name, for every text source: all of them, or the first ones where a cluster reads.
    more_bad
        How many were left out beside these.
    warnings
        Things that AWS Glue would pass over in silence, such as a dropped column that is not there.
    nodes
        The script's nodes, what each read or wrote, and how long it took.
    data_quality
        What data quality rulesets gave: `context`, and `rules` as the Glue API's DataQualityRuleResult.
    """

    name: str
    seconds: float
    reads: dict[str, int]
    writes: dict[str, int]
    kept: dict[str, int]
    bad_records: dict[str, list[BadRecord]]
    more_bad: dict[str, int]
    warnings: list[str]
    nodes: list[NodeRun]
    data_quality: list[dict[str, Any]]

    @property
    def holds(self) -> dict[str, int]:
        """The rows of each written table after the run."""
        return {name: rows + self.kept.get(name, 0) for name, rows in self.writes.items()}

    @property
    def bad_counts(self) -> dict[str, int]:
        """How many lines were left out, by table name."""
        return {name: len(bad) + self.more_bad.get(name, 0) for name, bad in self.bad_records.items()}

    def notes(self, shown: int = 3) -> list[str]:
        """Return what a person should know besides the numbers: warnings, and the first lines that were skipped."""
        lines = list(self.warnings)
        lines += [
            f"{name}: {self.writes[name]:,} rows were added to {kept:,} of earlier runs, because the script does not "
            f"purge the table; it holds {self.holds[name]:,}"
            for name, kept in self.kept.items()
        ]
        for name, bad in self.bad_records.items():
            if count := self.bad_counts[name]:
                what = "line that is not a JSON object" if count == 1 else "lines that are not JSON objects"
                lines.append(f"{name}: skipped {count:,} {what}:")
                lines.extend(f"  {record.file}, line {record.line}: {record.reason}" for record in bad[:shown])
                lines.extend(["  ..."] if count > shown else [])
        return lines


class LocalGlue:
    """Runs Glue scripts on a lake folder, or on an endpoint's S3 and catalog. Use it in a `with` statement.

    Parameters
    ----------
    lake
        The lake folder, unless an endpoint is given; or `s3://bucket/prefix`, which the engine, a cluster, reads and
        writes itself.
    engine
        `sail`, `spark`, `sc://HOST:PORT`, or an engine that runs already and is left running.
    endpoint
        AWS, or an emulator of it.
    may_write
        Whether scripts may change objects there.
    write_at_once
        Whether writes and purges happen when a script asks for them, as on AWS; a script that fails has then written.
    short_lived
        Whether it runs one script only, see `start_engine`.
    connections
        The settings file of Glue connections, see `databases.connections`; it may be missing.
    databases
        The folder of the DuckDB files that stand in for databases; None is one in the lake folder.
    databases_elsewhere
        Whether databases on other machines may be used, where the settings file names some.
    in_glue
        For a lake on S3: whether the tables are those of the endpoint's catalog; else their definitions are kept here.

    Raises
    ------
    LakeError
        The lake cannot be written, or another run uses it.
    EndpointError
        There are no credentials, or there is no region.
    """

    def __init__(
        self,
        lake: Path | str = DEFAULT_LAKE,
        engine: str | Engine = "sail",
        endpoint: Endpoint | None = None,
        may_write: bool = True,
        write_at_once: bool = False,
        short_lived: bool = False,
        connections: Path = DEFAULT_SETTINGS,
        databases: Path | None = None,
        databases_elsewhere: bool = False,
        in_glue: bool = True,
    ) -> None:
        self._write_at_once, self._short_lived = write_at_once, short_lived
        self._settings, self._may_leave = read_settings(connections), databases_elsewhere
        folder = DEFAULT_LAKE if isinstance(lake, str) else lake
        self.database_folder = databases or Path(os.path.abspath(folder)) / FOLDER
        opened = self._opened(lake, engine, endpoint, may_write, in_glue)
        self.lake, self.catalog, self._remote = opened.lake, opened.catalog, opened.remote
        self._engine_given = engine

    def __enter__(self) -> LocalGlue:
        self._lock = self.lake.locked()
        self._lock.__enter__()
        try:
            given = self._engine_given
            self.engine = given if isinstance(given, Engine) else start_engine(given, self._short_lived)
            self._read_where_it_lies()
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._remote:
                self.lake.clear_work()
            if not isinstance(self._engine_given, Engine):
                self.engine.stop()
        finally:
            self._lock.__exit__(None, None, None)

    @staticmethod
    def _opened(
        lake: Path | str, engine: str | Engine, endpoint: Endpoint | None, may_write: bool, in_glue: bool
    ) -> Opened:
        if isinstance(lake, str):
            name = engine if isinstance(engine, str) else engine.name
            return lakes.on_cluster(lake, name, endpoint or Endpoint(None), may_write, in_glue)
        return lakes.on_endpoint(endpoint, may_write) if endpoint else lakes.in_folder(lake)

    def _read_where_it_lies(self) -> None:
        """Let this machine read text, or the executors of a cluster, if that has what they need."""
        self.stage = Stage(self.lake.uri, self.lake.work_folder("staged"))
        self._reader: TextReader = self.stage
        self._cluster: ClusterWriter | None = None
        if self._remote:
            from awsglue_local.cluster.cluster_stage import ClusterStage
            from awsglue_local.cluster.cluster_writer import ClusterWriter
            from awsglue_local.cluster.preflight import require_cluster
            from awsglue_local.cluster.shipped_code import put_code

            self._remote[0].quotes = self.engine.is_sail
            with ThreadPoolExecutor(1) as beside:
                putting = beside.submit(put_code, *self._remote)
                require_cluster(self.engine.session, self.engine.name, *self._remote)
            code = putting.result()
            self._reader = ClusterStage(lambda: self.engine.session, *self._remote, code)
            self._cluster = ClusterWriter(*self._remote, code)

    def run(
        self,
        script: Path,
        arguments: Sequence[str] = (),
        bookmark: Bookmark | None = None,
        on_node: Callable[[NodeRun], None] | None = None,
        count: bool = False,
        explain: str = "",
    ) -> ScriptRun:
        """Run one script.

        Parameters
        ----------
        bookmark
            What earlier runs have read; the script's arguments say whether it counts.
        on_node
            Told of each Studio node that has run.
        count
            Whether the records that leave each node are counted.
        explain
            A node whose plan is wanted.

        Raises
        ------
        ScriptError
            It failed; the lake is as it was, unless it is written at once.
        """
        mark = bookmark or self._bookmark(script)
        start, lost = time.perf_counter(), 0
        while True:
            mark.use(arguments)
            self.lake.forget_read()
            runtime = self._runtime(Transaction(self.lake, self.catalog, self._write_at_once), mark)
            runtime.on_node, runtime.count, runtime.explain = on_node, count, explain
            try:
                scripts.run(script, arguments, runtime)
                break
            except ScriptError as error:
                lost += 1
                again = lost <= SECOND_TRIES and not runtime.transaction.has_published
                if not isinstance(self.engine, ClusterEngine) or not again or not lost_worker(error):
                    raise
                # nothing is published, so that all of the script can be run again
                self.engine.renew()
        if lost:
            runtime.warn(f"the script was run {lost + 1} times, because the cluster lost a worker")
        return ScriptRun(script.stem, time.perf_counter() - start, **vars(runtime.account))

    def _bookmark(self, script: Path) -> Bookmark:
        return Bookmark(self.lake.notes / BOOKMARKS / f"{script.stem}.json")

    def look_at(self, script: Path, look: Callable[[scripts.Made], None], arguments: Sequence[str] = ()) -> list[str]:
        """Run one script for a look at what its nodes make; the lake, catalog and databases stay as they are.

        Parameters
        ----------
        look
            Called with the nodes and their frames when the last statement has run.

        Returns
        -------
        list[str]
            What a person should know, see `ScriptRun.notes`.

        Raises
        ------
        ScriptError
            It failed.
        """
        # a preview shows all rows, whatever was read before
        mark = self._bookmark(script)
        runtime = self._runtime(Transaction(self.lake, self.catalog, is_preview=True), mark, makes_files=False)
        scripts.run(script, arguments, runtime, look)
        return ScriptRun(script.stem, 0.0, **vars(runtime.account)).notes()

    def _runtime(self, transaction: Transaction, mark: Bookmark, makes_files: bool = True) -> Runtime:
        databases = OpenDatabases(
            self.database_folder, self._settings, self._may_leave, self._write_at_once, makes_files=makes_files
        )
        return Runtime(self.engine, self.lake, self.catalog, transaction, self._reader, mark, databases, self._cluster)


def run_script(
    script: Path,
    arguments: Sequence[str] = (),
    lake: Path | str = DEFAULT_LAKE,
    engine: str | Engine = "sail",
    endpoint: Endpoint | None = None,
    may_write: bool = True,
    connections: Path = DEFAULT_SETTINGS,
    databases_elsewhere: bool = False,
    on_node: Callable[[NodeRun], None] | None = None,
    count: bool = False,
    explain: str = "",
) -> ScriptRun:
    """Run one Glue script, unmodified, on a lake folder or an endpoint; see `LocalGlue`."""
    opened = LocalGlue(
        lake, engine, endpoint, may_write, connections=connections, databases_elsewhere=databases_elsewhere
    )
    with opened as glue:
        return glue.run(script, arguments, on_node=on_node, count=count, explain=explain)
