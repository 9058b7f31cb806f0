"""The account of one job run: rows read and written, lines skipped, warnings, nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from awsglue_local.files.json_chunk import BadRecord


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
    leaves
        Whether frames leave the node.
    out
        Records that are in them, where that is known or was asked for.
    """

    name: str
    seconds: float
    rows: dict[str, int]
    plan: str = ""
    leaves: bool = False
    out: int | None = None


@dataclass
class Account:
    """What one script read and wrote.

    Attributes
    ----------
    reads, writes
        Rows by table name (by S3 URI where there is no table).
    kept
        Rows of earlier runs that a write leaves in a table, because the script does not purge it.
    bad_records
        Lines left out, by table name, for every text source.
    more_bad
        How many were left out beside these.
    warnings
        Things that AWS Glue would pass over in silence.
    nodes
        The script's nodes in the order in which they ran.
    data_quality
        What data quality rulesets gave: `context`, and `rules` as the Glue API's DataQualityRuleResult.
    """

    reads: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    bad_records: dict[str, list[BadRecord]] = field(default_factory=dict)
    more_bad: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    nodes: list[NodeRun] = field(default_factory=list)
    data_quality: list[dict[str, Any]] = field(default_factory=list)

    @property
    def wrote_nothing(self) -> bool:
        """Whether a table got no row although rows were read."""
        return any(self.reads.values()) and not all(self.writes.values())
