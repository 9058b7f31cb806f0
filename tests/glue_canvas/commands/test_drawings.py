"""draw and page."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_canvas.cli import main
from scripts import stedi
from tests.glue_canvas.canvases import canvas_of
from tests.glue_canvas.drawings import JOBS


def test_draw_writes_beside_the_canvases_or_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    jobs = Path(shutil.copytree(stedi.JOBS, tmp_path / "jobs"))
    assert main(["draw", str(jobs), "--format", "mermaid"]) == 0
    assert {path.name for path in jobs.rglob("*.mmd")} == {"jobs.mmd", *(f"{one.job_name}.mmd" for one in JOBS)}
    capsys.readouterr()
    assert main(["draw", str(JOBS[0].path), "--format", "mermaid"]) == 0
    assert capsys.readouterr().out == (jobs / JOBS[0].job_name / f"{JOBS[0].job_name}.mmd").read_text()


def test_jobs_without_an_order_are_drawn(tmp_path: Path) -> None:
    from tests.glue_canvas.canvases import keep

    fields = {"Database": "d", "Table": "t"}
    for name in ("one", "two"):
        source = ("1", "CatalogSource", {"Name": "S", **fields})
        keep(canvas_of(source, ("2", "CatalogTarget", {"Name": "T", "Inputs": ["1"], **fields}), name=name), tmp_path)
    assert main(["draw", str(tmp_path)]) == 0
    assert main(["page", str(tmp_path), "-o", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_text().count("<svg ") == 3
