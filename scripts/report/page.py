"""The page: everything about the last run, as one HTML file that needs no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from awsglue_local.athena.queries import AthenaSql, open_lake
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.whole_file import write_file
from glue_canvas.document.canvas import job_folders
from glue_canvas.script.checks import ERROR, check_folder
from scripts import privacy, run_account, stedi
from scripts.checks import run_checks
from scripts.report import charts, columns, pictures
from scripts.report.distribution import histograms
from scripts.report.funnel import funnel

PAGE = "report.html"
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


def write_page(lake: Path) -> Path:
    """Write `<lake>/report.html` about the last run, whole or not at all, and return its path.

    Raises
    ------
    GlueLocalError
        There was no run in the lake, or the lake cannot be read.
    """
    text = build_page(lake)
    write_file(lake / PAGE, text)
    return lake / PAGE


def build_page(lake: Path) -> str:
    """Return the page as HTML; see `write_page`."""
    account = run_account.read_account(lake / run_account.RUN)
    failure = run_account.read_account(lake / run_account.FAILURE)
    if account is None and failure is None:
        raise GlueLocalError(f"the lake {lake} has no run yet: run `make run LAKE={lake}` first")
    environment = Environment(
        loader=PackageLoader("scripts.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["moment"] = lambda text: datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S %Z")
    template = environment.get_template("report.html")
    told = _of_run(lake, account) if account else {}
    if account and not failure:
        with open_lake(lake, stedi.DATABASE) as opened:
            told |= _of_tables(opened, account)
    return template.render(account=account, failure=failure, charts=charts, **told)


def _of_run(lake: Path, account: dict[str, Any]) -> dict[str, Any]:
    """Return what the page tells of a successful run."""
    lakehouse = stedi.lakehouse()
    canvases, definitions = lakehouse.canvases, lakehouse.tables
    lineage = privacy.lineage(canvases.values(), definitions)
    before = run_account.read_account(lake / run_account.BEFORE)
    return {
        "flow": pictures.flow_drawing(lakehouse.graph, account),
        "canvases": [
            (job["name"], pictures.canvas_drawing(canvases[job["name"]], job["nodes"]), job)
            for job in account["jobs"]
            if job["name"] in canvases
        ],
        "training_columns": columns.training_columns(lineage, definitions),
        "personal_columns": columns.personal_columns(lineage, lakehouse),
        "before": before,
        "disagreements": _disagreements(),
        # jobs that read the same table warn of the same
        "warnings": list(dict.fromkeys(warning for job in account["jobs"] for warning in job["warnings"])),
        "comparisons": _comparisons(account, before),
        "slowest": _slowest(account),
    }


def _of_tables(lake: AthenaSql, account: dict[str, Any]) -> dict[str, Any]:
    """Return what the page tells of the tables; after a failure they may be of two runs."""
    return {
        "funnel": funnel(lake, account["bad_records"]),
        "checks": run_checks(lake),
        "histograms": histograms(lake),
        "training_rows": account["tables"][stedi.TRAINING_TABLE],
        "people": account["tables"]["customers_curated"],
        "rulesets": [(job["name"], ruleset) for job in account["jobs"] for ruleset in job["data_quality"]],
    }


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
