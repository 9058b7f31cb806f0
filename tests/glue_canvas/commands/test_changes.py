"""diff and text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from glue_canvas import read_canvas
from glue_canvas.cli import main
from scripts import stedi
from tests.glue_canvas.drawings import JOBS


def run_git(folder: Path, *arguments: str) -> str:
    config = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.pager=cat"]
    done = subprocess.run(
        ["git", *config, *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_git_shows_readable_differences(tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / "glue-canvas"
    run_git(tmp_path, "init", "-q")
    (tmp_path / ".gitattributes").write_text("*.json diff=glue-canvas\n")
    path = tmp_path / "job.json"
    path.write_bytes(JOBS[0].path.read_bytes())
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-qm", "one")
    path.write_text(path.read_text().replace("timestamp >= share", "timestamp > share"))
    as_text = run_git(tmp_path, "-c", f"diff.glue-canvas.textconv={tool} text", "diff")
    assert '-        "SqlQuery": "select * from readings where timestamp >= sharewithresearchasofdate"' in as_text
    in_words = run_git(tmp_path, "-c", f"diff.glue-canvas.command={tool} diff", "diff")
    assert "~ changed On or after the consent" in in_words
    path.unlink()
    assert "- removed" in run_git(tmp_path, "-c", f"diff.glue-canvas.command={tool} diff", "diff")


def test_diff_takes_two_canvases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = str(JOBS[0].path), str(JOBS[1].path)
    assert main(["diff", one, one]) == 0
    assert capsys.readouterr().out == ""
    assert main(["diff", one, other, "--json"]) == 0
    assert '"change": "removed"' in capsys.readouterr().out
    assert main(["diff", one, one, one]) == 1
    assert "diff takes two canvases" in capsys.readouterr().err
    assert main(["diff", one, str(tmp_path / "none.json")]) == 1


def test_text_shows_a_query_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    path = stedi.JOBS / "customer_landing_to_trusted" / "customer_landing_to_trusted.json"
    assert main(["text", str(path)]) == 0
    shown = capsys.readouterr().out
    assert '  "left anti join everybody",\n' in shown
    assert all(node.name in shown for node in read_canvas(path).nodes.values())


def test_git_is_not_stopped_by_a_script_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "job.json"
    path.write_text('{\n  "name" : "j",\n  "jobMode" : "SCRIPT"\n}')
    assert main(["text", str(path)]) == 0
    assert '"jobMode" : "SCRIPT"' in capsys.readouterr().out
    of_git = ["diff", "job.json", str(path), "0", "100644", str(path), "1", "100644"]
    assert main(of_git) == 0
    assert "no canvases to compare" in capsys.readouterr().out
    assert main(["diff", str(path), str(path)]) == 1
