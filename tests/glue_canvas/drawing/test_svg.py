"""Drawings: what they show, that hostile names do nothing, and that the kept ones are current."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glue_canvas import Canvas
from glue_canvas.drawing.mermaid import draw_mermaid
from glue_canvas.drawing.picture import canvas_picture, jobs_picture
from glue_canvas.drawing.svg import draw_svg
from scripts import stedi
from tests.glue_canvas.canvases import canvas_of, golden
from tests.glue_canvas.drawings import JOBS, SVG, in_order, texts
from tests.lakehouse.tables import FIVE


@pytest.mark.parametrize("canvas", JOBS, ids=lambda canvas: canvas.job_name)
def test_kept_drawings_are_current(canvas: Canvas) -> None:
    assert canvas.path.with_suffix(".svg").read_text() == draw_svg(canvas_picture(canvas)), "run `make draw`"


def test_the_kept_drawing_of_jobs_and_tables_is_current() -> None:
    drawing = draw_svg(jobs_picture(in_order(JOBS)))
    assert (stedi.JOBS / "jobs.svg").read_text() == drawing, "run `make draw`"


def test_the_readme_shows_the_drawings() -> None:
    readme = (stedi.ROOT / "README.md").read_text()
    for path in [stedi.JOBS / "jobs.svg", *(stedi.JOBS / job / f"{job}.svg" for job in FIVE)]:
        assert str(path.relative_to(stedi.ROOT)) in readme


def test_a_drawing_names_every_node_with_its_kind() -> None:
    shown = texts(draw_svg(canvas_picture(golden("join_equijoin"))))
    assert shown == [
        "Data source · AWS Glue Data Catalog",
        "A",
        "Data source · AWS Glue Data Catalog",
        "B",
        "Transform · Join",
        "Join",
    ]


def test_a_drawing_does_not_depend_on_the_run() -> None:
    command = [sys.executable, "-m", "glue_canvas.cli", "draw", str(JOBS[3].path)]
    drawings = {
        subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from glue_canvas.cli import main; sys.exit(main(sys.argv[1:]))",
                *command[3:],
            ],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(drawings) == 1


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.sampled_from("<>&\"'`#;[](){}|\\/\n\x00\x1b é-a=:%"), min_size=1, max_size=20))
def test_a_hostile_name_is_shown_and_not_obeyed(name: str) -> None:
    canvas = canvas_of(("1", "CatalogSource", {"Name": "S", "Database": name, "Table": name}), name=name)
    canvas.nodes["node-1"].fields["Name"] = name
    svg = draw_svg(canvas_picture(canvas))
    assert {element.tag for element in ET.fromstring(svg).iter()} == {
        SVG + tag for tag in ("svg", "title", "style", "g", "rect", "text")
    }
    lines = draw_mermaid(canvas_picture(canvas)).splitlines()
    assert len(lines) == 3
    assert re.fullmatch(r"  n0\(\[\"[^\"\[\]()<>]*<br/><small>AWS Glue Data Catalog</small>\"\]\):::source", lines[1])


# what changed between two canvases
