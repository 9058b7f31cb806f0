"""graph and lineage."""

from __future__ import annotations

import pytest

from glue_canvas.cli import main
from scripts import stedi
from tests.lakehouse.tables import FIVE


def test_graph_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert main(["graph", str(stedi.JOBS), "--json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    assert [job["stage"] for job in graph["jobs"] if job["job"] in FIVE] == [1, 2, 3, 4, 5]
    assert graph["jobs"][0] == {
        "job": "customer_landing_to_trusted",
        "stage": 1,
        "reads": ["stedi.customer_landing"],
        "writes": ["stedi.customer_trusted"],
    }
    assert main(["graph", str(stedi.JOBS)]) == 0
    assert (
        "3. customer_trusted_to_curated: stedi.accelerometer_trusted, stedi.customer_trusted → "
        in capsys.readouterr().out
    )
    assert main(["graph", str(stedi.JOBS), "--mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD\n")
