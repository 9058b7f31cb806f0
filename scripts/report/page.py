"""The page: everything about the last run, as one HTML file that needs no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from awsglue_local.athena.queries import Snapshot
from awsglue_local.errors import GlueLocalError
from awsglue_local.runner import run_account
from awsglue_local.storage.lake import require_folder
from awsglue_local.storage.whole_file import write_file
from glue_canvas.document.canvas import job_folders
from glue_canvas.script.checks import ERROR, check_folder
from scripts import privacy, stedi
from scripts.report import charts, columns, pictures
from scripts.report.beside import PAGE
from scripts.report.findings import Findings

SLOWEST = 8


@dataclass(frozen=True)
class Comparison:
    """A number of the last run beside that of the run before, None where it had none."""

    name: str
    now: float
    before: float | None

    @property
    def change(self) -> float | None:
        """The difference."""
        return None if self.before is None else self.now - self.before


class Page:
    """The page about the last run of a lake. What does not depend on a run is prepared when it is made."""

    def __init__(self, lake: Path) -> None:
        self._lake = lake
        self.lakehouse = stedi.lakehouse()
        lineage = privacy.lineage(self.lakehouse.canvases.values(), self.lakehouse.tables)
        self._prepared = {
            "training_columns": columns.training_columns(lineage, self.lakehouse.tables),
            "personal_columns": columns.personal_columns(lineage, self.lakehouse),
            "disagreements": _disagreements(),
        }
        environment = Environment(
            loader=PackageLoader("scripts.report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["count"] = lambda number: f"{number:,}"
        environment.filters["moment"] = lambda text: datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S %Z")
        self._template = environment.get_template("report.html")

    def write(self, found: Findings | None, tables: Snapshot | None) -> Path:
        """Write `<lake>/report.html`, whole or not at all, and return its path; see `text`."""
        write_file(self._lake / PAGE, self.text(found, tables))
        return self._lake / PAGE

    def text(self, found: Findings | None, tables: Snapshot | None) -> str:
        """Return the page as HTML.

        Parameters
        ----------
        found
            What queries over the tables have found; None where they were put off.
        tables
            The tables that were asked.

        Raises
        ------
        GlueLocalError
            There was no run in the lake.
        """
        account, failure = accounts_of(self._lake)
        told = self._of_run(account) if account else {}
        if account and found is not None and tables is not None:
            told["funnel"] = found.funnel(tables, account["bad_records"])
            told["checks"] = [found.checks[name] for name in sorted(found.checks)]
            told["histograms"] = found.histograms
        return self._template.render(account=account, failure=failure, charts=charts, **(NOT_FOUND | told))

    def _of_run(self, account: dict[str, Any]) -> dict[str, Any]:
        """Return what the page tells of a successful run."""
        canvases = self.lakehouse.canvases
        before = run_account.read_account(self._lake / run_account.BEFORE)
        return self._prepared | {
            "flow": pictures.flow_drawing(self.lakehouse.graph, account),
            "canvases": [
                (job["name"], pictures.canvas_drawing(canvases[job["name"]], job["nodes"]), job)
                for job in account["jobs"]
                if job["name"] in canvases
            ],
            "before": before,
            # jobs that read the same table warn of the same
            "warnings": list(dict.fromkeys(warning for job in account["jobs"] for warning in job["warnings"])),
            "comparisons": _comparisons(account, before),
            "slowest": _slowest(account),
            "training_rows": account["tables"][stedi.TRAINING_TABLE],
            "people": account["tables"]["customers_curated"],
            "rulesets": [(job["name"], ruleset) for job in account["jobs"] for ruleset in job["data_quality"]],
            "all_counted": run_account.is_counted(account),
        }


NOT_FOUND: dict[str, Any] = {"funnel": None, "checks": None, "histograms": None}
"""What the page has of questions that were put off."""


def accounts_of(lake: Path) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the account of the last successful run of a lake, and of the failed one after it.

    Raises
    ------
    GlueLocalError
        There is neither.
    """
    require_folder(lake)
    account = run_account.read_account(lake / run_account.RUN)
    failure = run_account.read_account(lake / run_account.FAILURE)
    if account is None and failure is None:
        raise GlueLocalError(f"the lake {lake} has no run yet: run `make run LAKE={lake}` first")
    return account, failure


def _disagreements() -> dict[str, list[str]]:
    """Return what is wrong with canvases, and where a script is not what its canvas says: job to sentences."""
    reports = [check_folder(folder) for folder in job_folders(stedi.JOBS)]
    return {
        one.path.stem: [finding.message for finding in one.findings if finding.level == ERROR]
        for one in reports
        if not one.passed
    }


def _comparisons(account: dict[str, Any], before: dict[str, Any] | None) -> list[Comparison]:
    """Return the rows of each table, the broken records and the seconds, now and before."""
    old = before or {"tables": {}, "bad_records": {}}
    rows = [Comparison(table, count, old["tables"].get(table)) for table, count in account["tables"].items()]
    broken = [
        Comparison(f"broken records of {table}", count, old["bad_records"].get(table))
        for table, count in account["bad_records"].items()
    ]
    return [*rows, *broken, Comparison("seconds", account["seconds"], old.get("seconds"))]


def _slowest(account: dict[str, Any]) -> list[tuple[str, str, float]]:
    """Return the nodes that took longest: job, node, seconds."""
    nodes = [(job["name"], node["name"], node["seconds"]) for job in account["jobs"] for node in job["nodes"]]
    return sorted([node for node in nodes if node[1]], key=lambda node: -node[2])[:SLOWEST]
