"""Drawings: what they show, that hostile names do nothing, and that the kept ones are current."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from glue_canvas import Canvas, read_canvas, read_job_folders
from glue_canvas.canvas_diff import canvas_changes, diff_picture
from glue_canvas.cli import main
from glue_canvas.graph import JobTables, build_graph, unwritten_tables
from glue_canvas.layout import BOX_HEIGHT, BOX_WIDTH, lay_out
from glue_canvas.mermaid import draw_mermaid
from glue_canvas.picture import Arrow, Box, Picture, canvas_picture, jobs_picture, kind_label
from glue_canvas.studio import studio_page
from glue_canvas.svg import draw_svg
from scripts import stedi
from tests.canvases import canvas_of, golden

SVG = "{http://www.w3.org/2000/svg}"
JOBS = read_job_folders(stedi.JOBS)


def in_order(canvases: list[Canvas]) -> list[JobTables]:
    graph = build_graph(canvases, unwritten_tables(canvases))
    return [graph.tables[job] for job in graph.order]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("canvas", JOBS, ids=lambda canvas: canvas.job_name)
def test_kept_drawings_are_current(canvas: Canvas) -> None:
    assert canvas.path.with_suffix(".svg").read_text() == draw_svg(canvas_picture(canvas)), "run `make draw`"


def test_the_kept_drawing_of_jobs_and_tables_is_current() -> None:
    drawing = draw_svg(jobs_picture(in_order(JOBS)))
    assert (stedi.JOBS / "jobs.svg").read_text() == drawing, "run `make draw`"


def test_the_readme_shows_the_drawings() -> None:
    readme = (stedi.ROOT / "README.md").read_text()
    for path in [stedi.JOBS / "jobs.svg", *(canvas.path.with_suffix(".svg") for canvas in JOBS)]:
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


def test_sources_stand_above_what_they_feed_and_boxes_beside_each_other() -> None:
    for canvas in JOBS:
        picture = canvas_picture(canvas)
        layout = lay_out(picture)
        for arrow in picture.arrows:
            assert layout.corners[arrow.start][1] + BOX_HEIGHT < layout.corners[arrow.end][1]
        corners = list(layout.corners.values())
        for index, (x, y) in enumerate(corners):
            assert 0 <= x <= layout.width - BOX_WIDTH
            for other_x, other_y in corners[index + 1 :]:
                assert abs(x - other_x) >= BOX_WIDTH or abs(y - other_y) >= BOX_HEIGHT
        for line in layout.lines:
            assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in line)


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


def test_parts_that_are_not_connected_and_a_lonely_box_are_drawn() -> None:
    boxes = [Box(name, name, "k", "transform") for name in "abcd"]
    layout = lay_out(Picture("p", boxes, [Arrow("a", "b"), Arrow("c", "b")]))
    assert set(layout.corners) == set("abcd")
    circle = lay_out(Picture("p", boxes[:2], [Arrow("a", "b"), Arrow("b", "a")]))
    assert circle.corners["a"][1] < circle.corners["b"][1]
    with pytest.raises(ValueError, match="no box at one end"):
        lay_out(Picture("p", boxes, [Arrow("a", "z")]))


class Tags(HTMLParser):
    """Collects the tags of a page, and the addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses.update(value or "" for name, value in attrs if name in ("href", "src", "xlink:href"))


def page_of(canvases: list[Canvas]) -> str:
    return studio_page(canvases, in_order(canvases))


def test_the_page_shows_all_jobs_and_needs_no_network() -> None:
    page = page_of(JOBS)
    tags = Tags()
    tags.feed(page)
    assert page.count("<svg ") == len(JOBS) + 1
    assert all(address.startswith("#") for address in tags.addresses)
    assert "script" not in tags.tags
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}
    for canvas in JOBS:
        for node in canvas.nodes.values():
            assert f"<summary>{escape(node.name)!s} " in page


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


def test_a_hostile_name_on_the_page_makes_no_tag() -> None:
    canvas = canvas_of(("1", "CatalogSource", {"Name": "<script>alert(1)</script>", "Database": "d", "Table": "t"}))
    tags = Tags()
    tags.feed(page_of([canvas]))
    assert "script" not in tags.tags
    assert not {name for name in tags.attributes if name.startswith("on")}


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("DropFields", "Drop Fields"),
        ("SparkSQL", "SQL Query"),
        ("PIIDetection", "PII Detection"),
        ("S3CsvSource", "S3 Csv Source"),
    ],
)
def test_labels_of_kinds(kind: str, label: str) -> None:
    assert kind_label(kind) == label


def test_draw_writes_beside_the_canvases_or_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    jobs = Path(shutil.copytree(stedi.JOBS, tmp_path / "jobs"))
    assert main(["draw", str(jobs), "--format", "mermaid"]) == 0
    assert len(list(jobs.rglob("*.mmd"))) == 6
    capsys.readouterr()
    assert main(["draw", str(JOBS[0].path), "--format", "mermaid"]) == 0
    assert capsys.readouterr().out == (jobs / JOBS[0].job_name / f"{JOBS[0].job_name}.mmd").read_text()


# what changed between two canvases


def edited(**fields: object) -> Canvas:
    """Return a copy of a golden canvas with other fields in its last node."""
    copy = golden("filter_and")
    copy.nodes["node-3"].fields.update(fields)
    return copy


def test_changes_in_words() -> None:
    old = golden("filter_and")
    assert canvas_changes(old, golden("filter_and")) == []
    new = edited(LogicalOperator="OR", Name="Adults")
    (change,) = canvas_changes(old, new)
    assert (change.change, change.node) == ("changed", "Adults")
    assert change.words == ['LogicalOperator: "AND" → "OR"', 'Name: "Filter" → "Adults"']


def test_added_removed_and_rewired_nodes_in_words_and_colours() -> None:
    old = canvas_of(
        ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"}),
        ("2", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["a"], ["b"]]}),
        ("3", "CatalogTarget", {"Name": "T", "Inputs": ["2"], "Database": "d", "Table": "o"}),
    )
    new = canvas_of(
        ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"}),
        ("4", "SelectFields", {"Name": "Some", "Inputs": ["1"], "Paths": [["c"]]}),
        ("3", "CatalogTarget", {"Name": "T", "Inputs": ["4"], "Database": "d", "Table": "o"}),
    )
    found = {(change.change, change.node): change.words for change in canvas_changes(old, new)}
    assert found == {
        ("added", "Some"): ["Select Fields, fed by S"],
        ("removed", "D"): ["Drop Fields"],
        ("rewired", "T"): ["fed by D → by Some"],
    }
    drawing = draw_mermaid(diff_picture(old, new))
    assert drawing.count(":::added") == 1
    assert drawing.count(":::removed") == 1
    assert "classDef added" in drawing
    assert drawing.count("==>") == 2
    assert drawing.count("-.->") == 2
    assert canvas_changes(None, new)[0].words == ["the job job"]
    assert {change.change for change in canvas_changes(old, None)} == {"removed"}


def test_a_node_made_anew_is_the_same_by_kind_and_name() -> None:
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    old = canvas_of(source, ("2", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["a"]]}))
    new = canvas_of(source, ("9", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["b"]]}))
    assert [(one.change, one.words) for one in canvas_changes(old, new)] == [("changed", ["Paths: - a", "Paths: + b"])]


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


def test_graph_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert main(["graph", str(stedi.JOBS), "--json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    assert [job["stage"] for job in graph["jobs"]] == [1, 2, 3, 4, 5]
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


def test_files_that_a_job_writes_by_path_are_its_tables() -> None:
    from glue_canvas.graph import job_tables

    assert job_tables(golden("s3_direct_target")).writes == [("", "s3://b/o/")]
    assert job_tables(golden("s3_direct_target_catalog")).writes == [("db", "t")]
    assert job_tables(golden("s3_json_source")).reads == [("", "s3://b/x/"), ("", "s3://b/y/")]


def test_text_shows_a_query_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    path = stedi.JOBS / "customer_landing_to_trusted" / "customer_landing_to_trusted.json"
    assert main(["text", str(path)]) == 0
    shown = capsys.readouterr().out
    assert '  "left anti join everybody",\n' in shown
    assert all(node.name in shown for node in read_canvas(path).nodes.values())


def test_jobs_without_an_order_are_drawn(tmp_path: Path) -> None:
    from tests.canvases import keep

    fields = {"Database": "d", "Table": "t"}
    for name in ("one", "two"):
        source = ("1", "CatalogSource", {"Name": "S", **fields})
        keep(canvas_of(source, ("2", "CatalogTarget", {"Name": "T", "Inputs": ["1"], **fields}), name=name), tmp_path)
    assert main(["draw", str(tmp_path)]) == 0
    assert main(["studio", str(tmp_path), "-o", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_text().count("<svg ") == 3


def test_nothing_that_changed_stays_unsaid() -> None:
    def words(old: str, new: str) -> list[str]:
        alias = [{"Alias": "x", "From": "node-1"}]
        source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
        one, other = (
            canvas_of(source, ("2", "SparkSQL", {"Name": "Q", "Inputs": ["1"], "SqlAliases": alias, "SqlQuery": query}))
            for query in (old, new)
        )
        return [line for change in canvas_changes(one, other) for line in change.words]

    assert words("a\n)\n)", "a\n)") == ["SqlQuery: - )"]
    assert words("a\n  b", "a\nb") == ["SqlQuery: -   b", "SqlQuery: + b"]
    (line,) = words("x" * 300 + "a", "x" * 300 + "b")
    assert line.endswith('xa" → …' + "x" * 40 + 'b"')


def test_git_is_not_stopped_by_a_script_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "job.json"
    path.write_text('{\n  "name" : "j",\n  "jobMode" : "SCRIPT"\n}')
    assert main(["text", str(path)]) == 0
    assert '"jobMode" : "SCRIPT"' in capsys.readouterr().out
    of_git = ["diff", "job.json", str(path), "0", "100644", str(path), "1", "100644"]
    assert main(of_git) == 0
    assert "no canvases to compare" in capsys.readouterr().out
    assert main(["diff", str(path), str(path)]) == 1


def test_a_large_canvas_is_drawn() -> None:
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        ("1", "CatalogSource", {"Name": "S1", "Database": "d", "Table": "t"})
    ]
    for number in range(2, 201):
        feeding = [str(one) for one in range(max(1, number - 12), number)]
        nodes.append(
            (str(number), "CustomCode", {"Name": f"C{number}", "Inputs": feeding, "ClassName": "T", "Code": "pass"})
        )
    canvas = canvas_of(*nodes)
    assert draw_svg(canvas_picture(canvas)).count('class="box"') == 200
