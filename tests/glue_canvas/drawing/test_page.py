"""The page with all canvases."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markupsafe import escape

from glue_canvas import Canvas
from glue_canvas.drawing.page import canvases_page
from tests.glue_canvas.canvases import canvas_of
from tests.glue_canvas.drawings import JOBS, in_order


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
    return canvases_page(canvases, in_order(canvases))


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


def test_a_hostile_name_on_the_page_makes_no_tag() -> None:
    canvas = canvas_of(("1", "CatalogSource", {"Name": "<script>alert(1)</script>", "Database": "d", "Table": "t"}))
    tags = Tags()
    tags.feed(page_of([canvas]))
    assert "script" not in tags.tags
    assert not {name for name in tags.attributes if name.startswith("on")}
