"""The page for everybody: what axe-core finds, light and dark, a small screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from glue_studio.server.workspace import Workspace
from tests import tools
from tests.glue_studio.web.pages import StudioPage, studio_page

JOB = "machine_learning_curated"


def faults(studio: StudioPage, rules: str) -> list[str]:
    """Return what axe-core finds by JavaScript's options for its run, a line each."""
    if not studio.page.evaluate("'axe' in window"):
        studio.page.evaluate(tools.axe())
    found: list[dict[str, Any]] = studio.page.evaluate(
        f"axe.run(document, {rules}).then((result) => result.violations)"
    )
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "rules"), [("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")])
def test_axe_finds_nothing(chromium: Browser, filled_workspace: Workspace, scheme: str, rules: str) -> None:
    with studio_page(chromium, filled_workspace, color_scheme=scheme) as studio:
        page = studio.page
        expect(page.locator(".react-flow__node").first).to_be_visible()
        assert faults(studio, rules) == []
        studio.button("New job").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(studio, rules) == []
        studio.open(JOB)
        for kind in ("source", "transform", "target"):
            page.locator(f".box-{kind}").first.click()
            studio.preview()
            assert faults(studio, rules) == [], kind
        for tab in ("Output schema", "Script", "Problems", "Job details", "Run"):
            studio.tab(tab)
            page.wait_for_timeout(100)
            assert faults(studio, rules) == [], tab
        studio.button("Add node").click()
        assert faults(studio, rules) == []
        studio.go("#/query")
        page.get_by_role("textbox", name="Query").fill("select * from stedi.customer_trusted order by email")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("table", name="Answer")).to_be_visible()
        assert faults(studio, rules) == []
        studio.go("#/runs")
        expect(page.get_by_role("heading", name="Runs")).to_be_visible()
        assert faults(studio, rules) == []


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
