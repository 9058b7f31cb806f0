"""The Studio's page in Chromium, as a person uses it: by what is written on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer

WIDE = ViewportSize(width=1280, height=800)


FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const ids = (one.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
  const named = ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const label = one.id && document.querySelector(`label[for="${one.id}"]`)?.textContent;
  return named || one.getAttribute("aria-label") || label || one.textContent;
}"""


class StudioPage:
    """A page of a Studio.

    Parameters
    ----------
    server
        The Studio that it is of.
    """

    def __init__(self, page: Page, server: StudioServer) -> None:
        self.page, self.server = page, server
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.set_default_timeout(10_000)
        page.goto(server.address_to_open)

    def _hear(self, kind: str, text: str) -> None:
        # a refused request is shown on the page in words
        if kind == "error" and "status of 4" not in text and "ERR_CONNECTION_REFUSED" not in text:
            self.complaints.append(text)

    def go(self, address: str) -> None:
        """Open an address of the page, such as `#/query`."""
        self.page.goto(self.server.address + address)

    def open(self, job: str) -> None:
        """Open a job and wait for its canvas."""
        self.go(f"#/jobs/{job}")
        self.drawn()
        self.settled()

    def drawn(self) -> None:
        """Wait until the canvas has its nodes and stands still."""
        expect(self.page.locator(".react-flow__node").first).to_be_visible()
        self.page.wait_for_function(
            """() => {
              const now = document.querySelector(".react-flow__viewport").style.transform;
              const same = window.before_ === now;
              window.before_ = now;
              return same;
            }""",
            polling=30,
        )

    def node(self, name: str) -> Locator:
        """Return the box of a node."""
        title = self.page.locator(".box-title", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.page.locator(".job-canvas .react-flow__node").filter(has=title)

    def select(self, name: str) -> None:
        """Click a node."""
        self.node(name).click()
        expect(self.field("Name")).to_have_value(name)

    def names(self) -> list[str]:
        """Return the names of the nodes, sorted."""
        return sorted(self.page.locator(".job-canvas .box-title").all_inner_texts())

    def has(self, *names: str) -> None:
        """Wait until nodes are on the canvas."""
        for name in names:
            expect(self.node(name)).to_have_count(1)

    def lacks(self, name: str) -> None:
        """Wait until a node is not on the canvas."""
        expect(self.node(name)).to_have_count(0)

    def side(self) -> Locator:
        """Return the properties."""
        return self.page.get_by_role("complementary", name="Properties")

    def field(self, label: str) -> Locator:
        """Return a field of the properties."""
        return labelled(self.side(), label)

    def write(self, label: str, text: str) -> None:
        """Type into a field of the properties; a list of suggestions is closed."""
        self.field(label).fill(text)
        self.field(label).press("Tab")
        self.settled()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list of the properties."""
        self.field(label).click()
        self.page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}(\s|$)")).first.click()
        self.page.keyboard.press("Escape")
        self.settled()

    def add(self, kind: str, name: str = "", role: str = "Transforms") -> None:
        """Add a node by the palette, after the one that is selected, and give it a name."""
        self.button("Add node").click()
        self.page.get_by_label("Search kinds of nodes", exact=True).fill(kind)
        self.page.get_by_role("region", name=role).get_by_role("button", name=kind).first.click()
        self.settled()
        if name:
            self.write("Name", name)

    def button(self, name: str) -> Locator:
        """Return a button of the page by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def tab(self, name: str) -> None:
        """Open a tab below the canvas."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()

    def preview(self) -> str:
        """Return what the preview says of the selected node, such as `8 rows`, when it is there."""
        self.tab("Data preview")
        self.settled()
        expect(self.page.get_by_text("Running the canvas up to")).to_have_count(0, timeout=30_000)
        words = self.page.get_by_test_id("preview-total").inner_text()
        return words.split(" in ")[0]

    def focused(self) -> str:
        """Return what a screen reader says of the element that has the focus; empty for none."""
        return str(self.page.evaluate(FOCUSED))

    def tab_to(self, words: str, exact: bool = False) -> None:
        """Press Tab until an element whose name is, or begins with, words has the focus."""
        seen = []
        for _ in range(150):
            self.page.keyboard.press("Tab")
            seen.append(self.focused())
            if seen[-1] == words or (not exact and seen[-1].startswith(words)):
                return
        raise AssertionError(f"{words!r} is not reached by the Tab key, only {sorted(set(seen))}")

    def settled(self) -> None:
        """Wait until what was typed is part of the canvas."""
        expect(self.page.locator(".job-bar [role=status]")).to_have_attribute("aria-busy", "false")

    def save(self) -> None:
        """Save, and wait until it is."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".job-bar [role=status]")).to_have_text("Saved")

    def undo(self) -> None:
        """Take one step back."""
        self.button("Undo").click()
        self.settled()

    def text(self) -> str:
        """Return what the whole page says."""
        return self.page.locator("body").inner_text()


def labelled(place: Locator | Page, label: str) -> Locator:
    """Return the control of a label; lists that are closed have it too."""
    return place.get_by_label(re.compile(f"^{re.escape(label)}")).filter(visible=True).first


@contextmanager
def studio_page(browser: Browser, workspace: Workspace, **options: Any) -> Iterator[StudioPage]:
    """Serve a workspace and give its page; nothing of it complains."""
    with StudioServer(workspace) as server:
        page = browser.new_context(viewport=WIDE, reduced_motion="reduce", **options).new_page()
        studio = StudioPage(page, server)
        yield studio
        page.context.close()
        assert studio.complaints == []


def file_of(workspace: Workspace, job: str) -> Path:
    """Return a job's canvas file."""
    return workspace.jobs / job / f"{job}.json"
