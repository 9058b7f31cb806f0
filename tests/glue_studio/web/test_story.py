"""A job from an empty folder to the answer of a query, in the browser alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, expect

from awsglue_local.cli import main as run_scripts
from glue_canvas.cli import main
from glue_studio.server.workspace import Workspace
from scripts import stedi
from scripts.local.studio import VALUES
from tests.glue_studio.studios import files_below
from tests.glue_studio.web.pages import labelled, studio_page

CUSTOMERS = [
    {"email": "ada@example.com", "birthDay": "1980-01-02", "shareWithResearchAsOfDate": 1655560361203},
    {"email": "bob@example.com", "birthDay": "1990-03-04"},
    {"email": "cyd@example.com", "birthDay": "1970-05-06", "shareWithResearchAsOfDate": 1655560850302},
    {"email": "dan@example.com", "birthDay": "1960-07-08", "shareWithResearchAsOfDate": 0},
]
READINGS = [
    {"user": user, "timestamp": 1655564376361 + number, "x": 1.5, "y": -2.0, "z": 0.25}
    for number, user in enumerate(["ada@example.com", "ada@example.com", "bob@example.com", "cyd@example.com", "x"])
]


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """Give a folder without jobs, the statements of the landing tables, and a lake with landing files."""
    (tmp_path / "ddl").mkdir()
    for name in ("customer_landing", "accelerometer_landing"):
        shutil.copy(stedi.DDL / f"{name}.sql", tmp_path / "ddl")
    for name, records in (("customer", CUSTOMERS), ("accelerometer", READINGS)):
        folder = tmp_path / "lake" / stedi.LOCAL_BUCKET / name / "landing"
        folder.mkdir(parents=True)
        (folder / "part-0.json").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return Workspace(tmp_path / "studio_jobs", tmp_path / "lake", values=VALUES)


def test_from_an_empty_folder_to_an_answer(chromium: Browser, empty: Workspace, tmp_path: Path) -> None:
    with studio_page(chromium, empty) as studio:
        page = studio.page
        expect(page.get_by_text("There is no job yet")).to_be_visible()
        studio.button("New job").click()
        page.get_by_label("Name", exact=True).fill("walkers")
        labelled(page, "Tables that it reads").click()
        page.get_by_role("option", name="stedi.customer_landing").click()
        page.keyboard.press("Escape")
        studio.button("Make the job").click()
        studio.select("customer_landing")
        assert studio.preview() == "4 rows"

        studio.add("Filter", "Consented")
        studio.button("Add condition").click()
        studio.write("Column of condition 1", "sharewithresearchasofdate")
        studio.choose("Operation of condition 1", ">")
        studio.write("Value of condition 1", "0")
        assert studio.preview() == "2 rows"

        studio.add("AWS Glue Data Catalog", "accelerometer", role="Data sources")
        studio.write("Table", "stedi.accelerometer_landing")
        assert studio.preview() == "5 rows"

        studio.select("Consented")
        studio.add("Join", "Readings of consented")
        studio.choose("Node parents", "accelerometer")
        studio.button("Add join condition").click()
        studio.write("Key 1 of Consented", "email")
        studio.write("Key 1 of accelerometer", "user")
        assert studio.preview() == "3 rows"

        studio.add("Drop Fields", "Without birthday")
        studio.side().get_by_role("checkbox", name="birthday").check()
        studio.settled()
        assert studio.preview() == "3 rows"
        assert "birthday" not in page.get_by_role("table", name="Data of Without birthday").inner_text()

        studio.add("AWS Glue Data Catalog", "walkers", role="Data targets")
        studio.write("Table", "stedi.walkers")
        studio.button("Define the table").click()
        expect(studio.side().get_by_text("No statement defines")).to_have_count(0)
        studio.button("Empty the table first").click()
        studio.settled()
        assert studio.preview() == "3 rows"
        studio.tab("Problems")
        expect(page.get_by_text("The check finds nothing.")).to_be_visible()
        studio.save()

        studio.button("Run").click()
        page.get_by_role("menuitem", name="This job", exact=True).click()
        expect(page.get_by_role("tabpanel").get_by_text("succeeded").first).to_be_visible(timeout=60_000)
        studio.go("#/query")
        page.get_by_role("textbox", name="Query").fill("select count(*) as walked from stedi.walkers")
        page.get_by_role("button", name="Run (Ctrl+Enter)").click()
        expect(page.get_by_role("table", name="Answer").get_by_role("cell")).to_have_text(["3"])
    by_hand = files_below(empty.jobs)
    assert main(["check", str(empty.jobs)]) == 0
    assert main(["format", str(empty.jobs)]) == 0
    assert main(["compile", str(empty.jobs)]) == 0
    assert main(["draw", str(empty.jobs)]) == 0
    (empty.jobs / "jobs.svg").unlink()  # the picture of all jobs, which `draw` makes besides
    assert files_below(empty.jobs) == by_hand, "the files are those that the commands write"
    assert walked(empty.lake) == walked(run_from_the_terminal(empty, tmp_path / "other"))


def test_the_same_by_keyboard_alone(chromium: Browser, empty: Workspace) -> None:
    with studio_page(chromium, empty) as studio:
        page, keys = studio.page, studio.page.keyboard

        def enter(words: str, text: str = "") -> None:
            """Go to an element, and press Enter there or type over what it holds."""
            studio.tab_to(words)
            if text:
                keys.press("Control+a")
                keys.type(text)
                keys.press("Escape")
                studio.settled()
            else:
                keys.press("Enter")

        def add(after: str, kind: str) -> None:
            """Put a node after another one."""
            enter(after)
            expect(studio.side().get_by_label("Name").first).to_be_visible()
            keys.press("a")
            expect(page.get_by_label("Search kinds of nodes", exact=True)).to_be_focused()
            keys.type(kind)
            keys.press("Enter")
            expect(page.get_by_role("dialog")).to_have_count(0)
            studio.settled()

        expect(studio.button("New job")).to_be_visible()
        enter("New job")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        keys.type("walkers")
        enter("Tables that it reads")
        keys.type("customer_landing")
        keys.press("ArrowDown")
        keys.press("Enter")
        keys.press("Escape")
        enter("Make the job")
        expect(studio.node("customer_landing")).to_be_visible()

        add("Data source AWS Glue Data Catalog: customer_landing", "filter")
        enter("Add condition")
        enter("Column of condition 1", "sharewithresearchasofdate")
        enter("Operation of condition 1")
        keys.press("ArrowDown")
        keys.press("Enter")
        enter("Value of condition 1", "0")
        add("Transform Filter: Filter", "glue data catalog")
        enter("Name", "accelerometer")
        enter("Table", "stedi.accelerometer_landing")
        add("Transform Filter: Filter", "join")
        enter("Node parents")
        keys.press("ArrowDown")
        while "accelerometer" not in str(page.locator("[role=option][class*=highlighted]").all_inner_texts()):
            keys.press("ArrowDown")
        keys.press("Enter")
        keys.press("Escape")
        enter("Add join condition")
        enter("Key 1 of Filter", "email")
        enter("Key 1 of accelerometer", "user")
        add("Transform Join: Join", "drop fields")
        studio.tab_to("birthday")
        keys.press("Space")
        studio.settled()
        add("Transform Drop Fields: DropFields", "catalogtarget")
        enter("Table", "stedi.walkers")
        enter("Define the table")
        expect(studio.button("Empty the table first")).to_be_visible()
        enter("Empty the table first")
        studio.settled()
        studio.save()
        expect(page.get_by_role("tab", name="Problems (0)")).to_be_visible()
        studio.tab_to("Run", exact=True)
        keys.press("Enter")
        keys.press("Enter")
        expect(page.get_by_role("tabpanel").get_by_text("succeeded").first).to_be_visible(timeout=60_000)
        studio.tab_to("Query", exact=True)
        keys.press("Enter")
        expect(page.get_by_role("textbox", name="Query")).to_be_visible()
        until = page.get_by_role("textbox", name="Query")
        while not until.evaluate("one => one === document.activeElement"):
            keys.press("Tab")
        keys.type("select count(*) as walked from stedi.walkers")
        keys.press("Control+Enter")
        expect(page.get_by_role("table", name="Answer").get_by_role("cell")).to_have_text(["3"])


def walked(lake: Path) -> list[tuple[object, ...]]:
    """Return the rows of the table that the job wrote."""
    table = pq.read_table(lake / stedi.LOCAL_BUCKET / "walkers")
    return sorted(tuple(row[name] for name in sorted(row)) for row in table.to_pylist())


def run_from_the_terminal(empty: Workspace, lake: Path) -> Path:
    """Run the job in a lake of its own, as a person does without the Studio; return the lake."""
    shutil.copytree(empty.lake / stedi.LOCAL_BUCKET, lake / stedi.LOCAL_BUCKET)
    shutil.rmtree(lake / stedi.LOCAL_BUCKET / "walkers")
    statements = [str(file) for file in sorted(empty.ddl_folder.glob("*.sql"))]
    assert (
        run_scripts(["create-table", *statements, "--lake", str(lake), "--value", f"bucket={stedi.LOCAL_BUCKET}"]) == 0
    )
    assert run_scripts(["run", str(empty.jobs / "walkers" / "walkers.py"), "--lake", str(lake)]) == 0
    return lake
