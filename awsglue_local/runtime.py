"""What a running script works with: the engine, the lake, its catalog, and the account of what was read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from awsglue_local.bookmarks import Bookmark
from awsglue_local.catalog import Catalog, Table
from awsglue_local.engine import Engine
from awsglue_local.errors import GlueLocalError
from awsglue_local.json_lines import BadRecord
from awsglue_local.lake import Lake
from awsglue_local.staging import Stage
from awsglue_local.transaction import Transaction


@dataclass
class NodeRun:
    """What the statements of one Studio node did.

    Attributes
    ----------
    name
        The node's name; empty for what stands before the first node.
    seconds
        How long they ran. Frames are lazy: most time is spent where they are written.
    rows
        Rows that were read or written meanwhile, by table name or S3 URI.
    plan
        How the engine means to make the frames of the node, where that was asked for.
    out
        Records that leave the node, where counting was asked for and the node leaves some.
    """

    name: str
    seconds: float
    rows: dict[str, int]
    plan: str = ""
    out: int | None = None


@dataclass
class Account:
    """What one script read and wrote.

    Attributes
    ----------
    reads, writes
        Rows by table name (by S3 URI where there is no table).
    bad_records
        Lines left out, by table name, for every text source.
    warnings
        Things that AWS Glue would pass over in silence.
    nodes
        The script's nodes in the order in which they ran.
    data_quality
        What data quality rulesets gave: `context`, and `rules` as the Glue API's DataQualityRuleResult.
    """

    reads: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    bad_records: dict[str, list[BadRecord]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    nodes: list[NodeRun] = field(default_factory=list)
    data_quality: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Runtime:
    """The surroundings of one running script.

    Attributes
    ----------
    stage
        Reads text sources; shared by the scripts of a session, so that each source is read once.
    bookmark
        What earlier runs of the script have read.
    on_node
        Told of each node that has run.
    count
        Whether the records that leave each node are counted, which computes every frame once more.
    explain
        The node whose plan is asked for; empty for none.
    misfits
        Why columns of catalog tables are of a choice type, a sentence a column.
    """

    engine: Engine
    lake: Lake
    catalog: Catalog
    transaction: Transaction
    stage: Stage
    bookmark: Bookmark
    account: Account = field(default_factory=Account)
    on_node: Callable[[NodeRun], None] | None = None
    count: bool = False
    explain: str = ""
    misfits: list[str] = field(default_factory=list)

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

    def settle(self, place: Path) -> None:
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
        raise GlueLocalError("GlueContext works only in a script that awsglue-local runs")
    return _running[-1]


def enter(runtime: Runtime) -> None:
    """Make `runtime` the current one."""
    _running.append(runtime)


def leave() -> None:
    """Make the runtime before it the current one."""
    _running.pop()
