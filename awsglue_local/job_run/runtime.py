"""What a running script works with: the engine, the lake, its catalog, and the account of what was read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from awsglue_local.databases.open_databases import OpenDatabases
from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.files.parquet_files import StagedSource
from awsglue_local.files.text_source import TextSource
from awsglue_local.job_run.account import Account, NodeRun
from awsglue_local.job_run.bookmarks import Bookmark
from awsglue_local.job_run.engine import Engine
from awsglue_local.job_run.transaction import Transaction
from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.lake import Lake
from awsglue_local.storage.table import Table

if TYPE_CHECKING:
    from awsglue_local.cluster.cluster_writer import ClusterWriter

CASE = "spark.sql.caseSensitive"


class TextReader(Protocol):
    """What reads text sources into Parquet: this machine, or the executors of a cluster."""

    def read(self, source: TextSource) -> StagedSource:
        """Return a source as Parquet; raises SourceError."""
        ...


@dataclass
class Runtime:
    """What one running script works with.

    Attributes
    ----------
    stage
        Reads text sources; shared by the scripts of a session, so that each source is read once.
    bookmark
        What earlier runs of the script have read.
    databases
        The stand-ins of the databases that the script uses.
    cluster
        What has the executors write rows, where they write the lake; else None.
    on_node
        Told of each node that has run.
    count
        Whether the records that leave each node are counted where they are not known, which computes frames once more.
    explain
        The node whose plan is asked for; empty for none.
    misfits
        Why columns of catalog tables are of a choice type, a sentence a column.
    case_before
        What the engine did about the case of names before this script, where the script has changed that.
    database
        The database of tables that the script names without one; `use` changes it.
    """

    engine: Engine
    lake: Lake
    catalog: Catalog
    transaction: Transaction
    stage: TextReader
    bookmark: Bookmark
    databases: OpenDatabases
    cluster: ClusterWriter | None = None
    account: Account = field(default_factory=Account)
    on_node: Callable[[NodeRun], None] | None = None
    count: bool = False
    explain: str = ""
    misfits: list[str] = field(default_factory=list)
    case_before: str | None = None
    database: str = "default"

    @property
    def session(self) -> Any:
        """The engine's Spark session."""
        return self.engine.session

    def table(self, database: str, name: str) -> Table:
        """Return a catalog table, one that the script made included.

        Raises
        ------
        TableNotFound
            The catalog has no such table.
        """
        if self.transaction.has_tables:
            self.transaction.publish()
        return self.catalog.table(database, name)

    def warn(self, words: str) -> None:
        """Note what AWS Glue would pass over in silence, once."""
        if words not in self.account.warnings:
            self.account.warnings.append(words)

    def mind_case_of(self, names: list[str]) -> None:
        """Where names differ in case alone, let the engine tell them apart until the script ends."""
        if len({name.lower() for name in names}) < len(names) and self.case_before is None:
            self.case_before = self.session.conf.get(CASE, "false")
            self.session.conf.set(CASE, "true")

    def note_quality(self, context: str, rules: list[dict[str, Any]]) -> None:
        """Note what a data quality ruleset gave: each rule as the Glue API's DataQualityRuleResult."""
        self.account.data_quality.append({"context": context, "rules": rules})

    def refuse_on_cluster(self, what: str) -> None:
        """Refuse what needs rows on this machine, where executors elsewhere have them.

        Raises
        ------
        Unsupported
            The lake is one that the executors read and write.
        """
        if self.cluster:
            raise Unsupported(f"{what} on a cluster", "run the job with --engine sail or spark")

    def prepare(self, place: Path) -> None:
        """Publish what the script wrote to a folder that it is about to read, and have the folder's files here."""
        if self.transaction.touches(place):
            self.transaction.publish()
        self.lake.fetch(place)


_running: list[Runtime] = []


def current() -> Runtime:
    """Return the runtime of the script that is running.

    Raises
    ------
    GlueLocalError
        No script is running: `awsglue` was used outside of `awsglue-local run`.
    """
    if not _running:
        raise GlueLocalError("GlueContext works only in a script run by awsglue-local")
    return _running[-1]


@contextmanager
def entered(runtime: Runtime) -> Iterator[None]:
    """Make a runtime the current one for a while."""
    _running.append(runtime)
    try:
        yield
    finally:
        _running.pop()
        if runtime.case_before is not None:
            runtime.session.conf.set(CASE, runtime.case_before)
