"""What is done to a canvas in the browser, and undone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from glue_canvas.document.canvas import Canvas, read_canvas
from glue_studio.server.workspace import Workspace
from tests.glue_canvas.canvases import GOLDEN, golden, keep
from tests.glue_studio.studios import files_below
from tests.glue_studio.web.pages import StudioPage, file_of, studio_page

JOB = "machine_learning_curated"


def save_each_unchanged(studio: StudioPage, jobs: list[str]) -> None:
    """Open each job, select a node so that its form is there, and save."""
    for job in jobs:
        studio.page.evaluate("job => location.hash = `#/jobs/${job}`", job)
        expect(studio.page.get_by_role("heading", level=1)).to_have_text(job)
        studio.drawn()
        studio.page.locator(".react-flow__node").last.click()
        expect(studio.side().get_by_label("Name").first).to_be_visible()
        studio.save()


def test_jobs_opened_and_saved_have_the_same_bytes(studio: StudioPage, workspace: Workspace) -> None:
    before = files_below(workspace.jobs)
    save_each_unchanged(studio, workspace.names())
    assert files_below(workspace.jobs) == before


def test_golden_canvases_opened_and_saved_have_the_same_bytes(chromium: Browser, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    for file in sorted(GOLDEN.glob("*.json")):
        canvas = golden(file.stem)
        keep(Canvas(canvas.path, {**canvas.definition, "name": file.stem}, canvas.nodes), jobs)
    before = {name: text for name, text in files_below(jobs).items() if name.endswith(".json")}
    workspace = Workspace(jobs, tmp_path / "lake")
    with studio_page(chromium, workspace) as studio:
        save_each_unchanged(studio, workspace.names())
    after = files_below(jobs)
    assert {name: after[name] for name in before} == before


def test_all_undone_gives_the_same_bytes(studio: StudioPage, workspace: Workspace) -> None:
    before = files_below(workspace.jobs)
    studio.open(JOB)
    names = studio.names()
    first = read_canvas(file_of(workspace, JOB))
    joins = [node.name for node in first.nodes.values() if node.kind in ("Join", "SparkSQL")]
    studio.select(joins[0])
    studio.add("Filter", "Fresh")
    studio.button("Add condition").click()
    studio.settled()
    studio.add("Drop Fields", "Less")
    studio.side().get_by_role("checkbox").first.check()
    studio.settled()
    studio.select("Fresh")
    studio.page.keyboard.press("Delete")
    studio.settled()
    studio.lacks("Fresh")
    studio.has("Less")
    studio.tab("Job details")
    studio.page.get_by_label("Timeout").fill("33")
    studio.settled()
    studio.save()
    assert files_below(workspace.jobs) != before
    studio.select("Less")
    studio.page.keyboard.press("Control+c")
    studio.page.keyboard.press("Control+v")
    studio.settled()
    studio.has("Less copy")
    while studio.button("Undo").is_enabled():
        studio.undo()
    studio.lacks("Less")
    studio.has(*names)
    assert studio.names() == names
    studio.save()
    assert files_below(workspace.jobs) == before
    while studio.button("Redo").is_enabled():
        studio.button("Redo").click()
        studio.settled()
    studio.has("Less copy")


def test_nodes_are_connected_by_dragging_and_dropped_onto_an_arrow(studio: StudioPage, workspace: Workspace) -> None:
    job = "customer_landing_to_trusted"
    studio.open(job)
    page = studio.page
    first = page.locator(".box-source .box-title").first.inner_text()
    studio.add("AWS Glue Data Catalog", "more", role="Data sources")
    studio.write("Table", "stedi.customer_landing")
    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    studio.add("Union", "all")
    studio.settled()
    for name in ("more", first):
        handle = studio.node(name).locator(".react-flow__handle-bottom")
        handle.drag_to(studio.node("all").locator(".react-flow__handle-top"))
        studio.settled()
    studio.save()
    named = {node.name: node for node in read_canvas(file_of(workspace, job)).nodes.values()}
    assert named["all"].inputs == [named["more"].id, named[first].id]

    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    studio.add("Drop Null Fields", "between")
    fed = next(node for node in named.values() if named[first].id in node.inputs and node.name != "all")
    drop_onto_arrow(studio, "between", first, fed.name)
    studio.save()
    named = {node.name: node for node in read_canvas(file_of(workspace, job)).nodes.values()}
    assert named["between"].inputs == [named[first].id]
    assert named["between"].id in named[fed.name].inputs


def drop_onto_arrow(studio: StudioPage, dropped: str, source: str, target: str) -> None:
    """Drag a node so that it covers the middle of an arrow."""
    boxes = [studio.node(name).bounding_box() for name in (dropped, source, target)]
    start, above, below = [box for box in boxes if box]
    mouse = studio.page.mouse
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    middle_x = (above["x"] + below["x"] + above["width"]) / 2
    mouse.move(middle_x, (above["y"] + above["height"] + below["y"]) / 2, steps=12)
    mouse.up()
    studio.settled()


def test_typing_is_not_lost_when_one_saves_at_once(studio: StudioPage, workspace: Workspace) -> None:
    studio.open(JOB)
    name = studio.names()[0]
    studio.select(name)
    studio.field("Name").fill("Typed and saved at once")
    studio.page.keyboard.press("Control+s")
    expect(studio.page.locator(".job-bar [role=status]")).to_have_text("Saved")
    assert "Typed and saved at once" in file_of(workspace, JOB).read_text(encoding="utf-8")


def test_a_node_selected_at_once_does_not_take_what_was_typed(studio: StudioPage) -> None:
    studio.open(JOB)
    first, second, *_ = studio.names()
    studio.select(first)
    studio.field("Name").fill("First")
    studio.node(second).click()
    studio.settled()
    studio.has("First")
    studio.has(second)
