"""The page for everybody: what axe-core finds, everything by keyboard, light and dark, a small screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from glue_canvas.document.canvas import read_canvas
from glue_studio.server.app import PAGE
from glue_studio.server.workspace import Workspace
from tests import tools
from tests.glue_studio.web.pages import StudioPage, file_of, studio_page

AXE = PAGE.parent / "node_modules" / "axe-core" / "axe.min.js"
JOB = "machine_learning_curated"


def faults(studio: StudioPage) -> list[str]:
    """Return what axe-core finds, a line each."""
    tools.require(AXE.is_file(), "axe-core is not installed: run `make glue_studio/web/dist/index.html`")
    if not studio.page.evaluate("'axe' in window"):
        studio.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = studio.page.evaluate("axe.run().then((result) => result.violations)")
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, filled_workspace: Workspace, scheme: str) -> None:
    with studio_page(chromium, filled_workspace, color_scheme=scheme) as studio:
        page = studio.page
        expect(page.locator(".react-flow__node").first).to_be_visible()
        assert faults(studio) == []
        studio.button("New job").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(studio) == []
        studio.open(JOB)
        for kind in ("source", "transform", "target"):
            page.locator(f".box-{kind}").first.click()
            studio.preview()
            assert faults(studio) == [], kind
        for tab in ("Output schema", "Script", "Problems", "Job details", "Run"):
            studio.tab(tab)
            page.wait_for_timeout(100)
            assert faults(studio) == [], tab
        studio.button("Add node").click()
        assert faults(studio) == []
        studio.go("#/query")
        page.get_by_role("textbox", name="Query").fill("select * from stedi.customer_trusted order by email")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("table", name="Answer")).to_be_visible()
        assert faults(studio) == []
        studio.go("#/runs")
        expect(page.get_by_role("heading", name="Runs")).to_be_visible()
        assert faults(studio) == []


def test_a_filter_is_added_and_saved_by_keyboard_alone(studio: StudioPage, workspace: Workspace) -> None:
    page, keys = studio.page, studio.page.keyboard
    expect(page.get_by_role("link", name="customer_landing_to_trusted")).to_be_visible()
    until_focused(studio, lambda: "customer_landing_to_trusted" in focused(studio))
    keys.press("Enter")
    expect(studio.node("Consented to research")).to_be_visible()
    until_focused(studio, lambda: "Filter: Consented to research" in focused(studio))
    keys.press("Enter")
    expect(studio.field("Name")).to_have_value("Consented to research")
    keys.press("a")
    keys.type("filter")
    keys.press("Enter")
    expect(studio.field("Name")).to_have_value("Filter")
    until_focused(studio, lambda: focused(studio).startswith("Name"))
    keys.press("Control+a")
    keys.type("By key")
    until_focused(studio, lambda: "Add condition" in focused(studio))
    keys.press("Enter")
    until_focused(studio, lambda: "Column of condition 1" in focused(studio))
    keys.press("Control+a")
    keys.type("lastupdatedate")
    keys.press("Escape")
    until_focused(studio, lambda: "Value of condition 1" in focused(studio))
    keys.type("7")
    studio.save()
    assert page.get_by_role("tab", name="Problems (0)").count() == 1
    by_name = {
        node.name: node for node in read_canvas(file_of(workspace, "customer_landing_to_trusted")).nodes.values()
    }
    assert by_name["By key"].inputs == [by_name["Consented to research"].id]
    condition = by_name["By key"].fields["Filters"][0]
    assert [one["Value"] for one in condition["Values"]] == [["lastupdatedate"], ["7"]]
    keys.press("Escape")


def focused(studio: StudioPage) -> str:
    """Return what a screen reader says of the element that has the focus."""
    said: str = studio.page.evaluate(
        """() => {
          const one = document.activeElement;
          if (one === document.body) return "";
          const ids = (one.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
          const named = ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
          const label = document.querySelector(`label[for="${one.id}"]`)?.textContent ?? "";
          return named || one.getAttribute("aria-label") || (one.id && label) || one.textContent;
        }"""
    )
    return said


def until_focused(studio: StudioPage, wanted: Any) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(120):
        if wanted():
            return
        studio.page.keyboard.press("Tab")
    raise AssertionError("the element is not reached by the Tab key")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768), (1680, 1050)])
def test_nothing_runs_off_the_side(chromium: Browser, filled_workspace: Workspace, width: int, height: int) -> None:
    with studio_page(chromium, filled_workspace) as studio:
        studio.page.set_viewport_size({"width": width, "height": height})
        for address in ("#/", f"#/jobs/{JOB}", "#/query", "#/runs"):
            studio.go(address)
            studio.page.wait_for_timeout(400)
            over = studio.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (address, width)


def test_colours_follow_the_system_until_chosen(chromium: Browser, workspace: Workspace) -> None:
    with studio_page(chromium, workspace, color_scheme="dark") as studio:
        page = studio.page
        expect(page.locator("body")).to_have_class(re.compile("awsui-dark-mode"))
        studio.page.get_by_role("button", name="Use light colours").click()
        expect(page.locator("body")).not_to_have_class(re.compile("awsui-dark-mode"))
        page.reload()
        expect(page.locator(".react-flow__node").first).to_be_visible()
        expect(page.locator("body")).not_to_have_class(re.compile("awsui-dark-mode"))
