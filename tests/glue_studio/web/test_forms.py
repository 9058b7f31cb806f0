"""Fields while they are typed into: no letter is lost, none gets elsewhere."""

from __future__ import annotations

import json

from playwright.sync_api import Route, expect

from glue_canvas.document.canvas import read_canvas
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_studio.server.workspace import Workspace
from tests.glue_studio.web.pages import StudioPage, file_of, labelled

JOB = "customer_landing_to_trusted"
PAUSE = 700
"""Milliseconds in which what was typed is told and answered."""


def settings(workspace: Workspace) -> dict[str, object]:
    return dict(json.loads(file_of(workspace, JOB).read_text(encoding="utf-8")))


def test_a_new_argument_keeps_the_focus_while_its_key_is_typed(studio: StudioPage, workspace: Workspace) -> None:
    studio.open(JOB)
    studio.tab("Job details")
    page = studio.page
    before = dict(read_canvas(file_of(workspace, JOB)).definition["defaultArguments"])
    panel = page.get_by_role("tabpanel")
    panel.get_by_role("button", name="Add", exact=True).first.click()
    page.get_by_label(f"Default arguments: key {len(before) + 1}").click()
    for letters in ("--a", "bc", "d"):
        page.keyboard.type(letters)
        page.wait_for_timeout(PAUSE)
    page.get_by_label("Default arguments: value of --abcd").fill("yes")
    studio.save()
    assert settings(workspace)["defaultArguments"] == {**before, "--abcd": "yes"}


def test_numbers_are_typed_digit_by_digit(studio: StudioPage, workspace: Workspace) -> None:
    studio.open(JOB)
    studio.tab("Job details")
    field = studio.page.get_by_label("Max capacity").first
    field.fill("")
    field.press_sequentially("1.05", delay=PAUSE)
    studio.save()
    assert settings(workspace)["maxCapacity"] == 1.05


def test_an_optional_field_stays_where_it_is(studio: StudioPage, workspace: Workspace) -> None:
    studio.open(JOB)
    page = studio.page
    page.locator(".box-source").first.click()
    studio.side().get_by_role("button", name="More fields").click()
    labelled(studio.side(), "Partition predicate").click()
    for letters in ("year", "='2", "024'"):
        page.keyboard.type(letters)
        page.wait_for_timeout(PAUSE)
    expect(labelled(studio.side(), "Partition predicate")).to_be_focused()
    studio.save()
    assert "year='2024'" in file_of(workspace, JOB).read_text(encoding="utf-8")


def test_slow_answers_do_not_take_letters_away(studio: StudioPage, workspace: Workspace) -> None:
    def late(route: Route) -> None:
        studio.page.wait_for_timeout(600)
        route.continue_()

    studio.open(JOB)
    studio.page.route("**/edit", late)
    studio.select("Consented to research")
    name = studio.field("Name")
    name.fill("")
    for letters in ("a", "b", "c", "d"):
        name.press_sequentially(letters)
        studio.page.wait_for_timeout(420)
    studio.save()
    assert '"Name\\":\\"abcd\\"' in file_of(workspace, JOB).read_text(encoding="utf-8").replace(" ", "")


def test_what_is_refused_stays_in_its_field_and_is_not_saved(studio: StudioPage, workspace: Workspace) -> None:
    before = file_of(workspace, JOB).read_bytes()
    studio.open(JOB)
    taken = next(name for name in studio.names() if name != "Consented to research")
    studio.select("Consented to research")
    studio.field("Name").fill(taken)
    studio.page.wait_for_timeout(PAUSE)
    expect(studio.page.get_by_text("give this one another name")).to_be_visible()
    expect(studio.field("Name")).to_have_value(taken)
    studio.page.keyboard.press("Control+s")
    studio.page.wait_for_timeout(PAUSE)
    expect(studio.page.locator(".job-bar [role=status]")).to_have_text("Not saved")
    assert file_of(workspace, JOB).read_bytes() == before
    studio.field("Name").fill("Another name")
    studio.save()


def test_looking_at_a_text_with_other_line_ends_changes_nothing(studio: StudioPage, workspace: Workspace) -> None:
    file = file_of(workspace, JOB)
    editor = CanvasEditor(read_canvas(file))
    editor.set_fields("Still agreed in the latest record", {"SqlQuery": "select *\r\nfrom everybody"})
    file.write_text(editor.canvas.to_text(), encoding="utf-8", newline="")
    studio.open(JOB)
    studio.select("Still agreed in the latest record")
    studio.page.wait_for_timeout(PAUSE)
    expect(studio.page.locator(".job-bar [role=status]")).to_have_text("Saved")


def test_an_answer_is_sorted_both_ways_and_a_new_one_is_not(filled_studio: StudioPage) -> None:
    page = filled_studio.page
    filled_studio.go("#/query")
    query = page.get_by_role("textbox", name="Query")
    query.fill("select v from (values 2, 10, 1) as t(v)")
    page.keyboard.press("Control+Enter")
    table = page.get_by_role("table", name="Answer")
    expect(table.get_by_role("cell")).to_have_text(["2", "10", "1"])
    for wanted in (["1", "2", "10"], ["10", "2", "1"]):
        table.get_by_role("button", name="v integer").first.press("Enter")
        expect(table.get_by_role("cell")).to_have_text(wanted)
    query.fill("select v from (values 5, 7, 6) as t(v)")
    page.keyboard.press("Control+Enter")
    expect(table.get_by_role("cell")).to_have_text(["5", "7", "6"])
    page.get_by_role("button", name="customer_trusted").click()
    page.get_by_role("button", name="Show its first rows").first.click()
    expect(table).to_contain_text("email")
