"""How fast the Studio is, in a real browser: `make bench-studio`. Times are medians."""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from glue_canvas.document.canvas import Canvas, read_canvas
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer
from scripts import stedi
from scripts.browser import FLAGS, find_browser
from scripts.local.build_page import WEB
from scripts.local.studio import VALUES, fill_lake

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

JOB, LAST = "machine_learning_curated", "Select From Collection"
MANY = 100
ROUNDS = 5
WATCH = """
(() => {
  const ask = window.fetch;
  window.waits = [];
  window.fetch = async (...given) => {
    const url = String(given[0]?.url ?? given[0]), start = performance.now();
    const reply = await ask(...given);
    const done = () => window.waits.push([url.split("/").at(-1), performance.now() - start]);
    reply.clone().text().then(() => requestAnimationFrame(() => requestAnimationFrame(done)));
    return reply;
  };
  window.frames_ = [];
  let last = 0;
  const frame = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
})()
"""
"""Notes how long each answer takes from the request to the second frame after it, and how long each frame takes."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser; the machine's own, without a screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield running
        running.close()


def start_seconds(browser: Browser, landing: Path, lake: Path) -> float:
    """Return the seconds from the command to a drawn canvas; the lake is filled and the page built."""
    command = [sys.executable, "-m", "scripts.local.studio", "--landing", str(landing), "--lake", str(lake)]
    page = browser.new_page()
    start = time.perf_counter()
    studio = subprocess.Popen(  # noqa: S603 - our own module
        [*command, "--no-browser", "--port", "0"], cwd=stedi.ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert studio.stdout is not None  # noqa: S101 - it is a pipe
        address = next(line.strip() for line in studio.stdout if "token=" in line)
        page.goto(address)
        page.goto(address.split("?")[0] + f"#/jobs/{JOB}")
        page.locator(".react-flow__node").first.wait_for()
        return time.perf_counter() - start
    finally:
        studio.terminate()
        studio.wait()
        page.close()


def opened(browser: Browser, server: StudioServer, job: str) -> Page:
    """Return a page with a job's canvas that notes what takes how long."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(WATCH)
    page.goto(server.address_to_open)
    page.goto(f"{server.address}#/jobs/{job}")
    page.locator(".react-flow__node").first.wait_for()
    return page


def waited(page: Page, what: str) -> float:
    """Return the seconds that the last answer of a kind took, until it was painted."""
    page.wait_for_function("what => window.waits.some(([name]) => name === what)", arg=what, timeout=60_000)
    found: list[list[Any]] = page.evaluate("window.waits.splice(0)")
    return float(next(took for name, took in reversed(found) if name == what)) / 1000


def edit_seconds(page: Page) -> float:
    """Return the median of edits: a node gets another name."""
    page.locator(".box-title", has_text="Same wearer, same time").click()
    name = page.get_by_label("Name").first
    seconds = []
    for number in range(ROUNDS):
        page.evaluate("window.waits.splice(0)")
        name.fill(f"Same wearer, same time {number}")
        seconds.append(waited(page, "edit"))
    return statistics.median(seconds)


def preview_seconds(page: Page) -> float:
    """Return the median of previews of the last node of all, the engine being warm."""
    page.locator(".box-title", has_text=LAST).click()
    waited(page, "preview")
    seconds = []
    for _ in range(ROUNDS):
        page.get_by_role("button", name="Run again").click()
        seconds.append(waited(page, "preview"))
    return statistics.median(seconds)


def frame_rate(page: Page, act: Callable[[], None]) -> float:
    """Return the frames a second, in the median, while something is done."""
    page.evaluate("window.frames_.splice(0)")
    act()
    frames: list[float] = page.evaluate("window.frames_.splice(0)")
    return 1000 / statistics.median(frames)


def drag(page: Page) -> None:
    """Drag a node over the canvas and back."""
    box = page.locator(".react-flow__node").first.bounding_box()
    assert box is not None  # noqa: S101 - it is on the page
    page.mouse.move(box["x"] + 40, box["y"] + 15)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(box["x"] + 40 + (step if step < 30 else 60 - step) * 6, box["y"] + 15 + step % 20)
    page.mouse.up()


def visible(page: Page) -> list[tuple[float, float]]:
    """Return the middles of the nodes that are in view."""
    area = page.locator(".job-canvas").bounding_box()
    boxes = [one.bounding_box() for one in page.locator(".react-flow__node").all()]
    assert area is not None  # noqa: S101 - it is on the page
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    inside = [(x, y) for x, y in middles if area["x"] < x < area["x"] + area["width"]]
    return [(x, y) for x, y in inside if area["y"] < y < area["y"] + area["height"] - 60]


def edit_often(page: Page) -> None:
    """Make steps that can be undone."""
    x, y = visible(page)[0]
    page.mouse.click(x, y)
    for number in range(5):
        page.evaluate("window.waits.splice(0)")
        page.get_by_label("Name").first.fill(f"Step of mine {number}")
        waited(page, "edit")
    page.locator(".react-flow__pane").click(position={"x": 5, "y": 5})


def select(page: Page) -> None:
    """Select node after node."""
    for x, y in visible(page)[:10]:
        page.mouse.click(x, y)


def undo(page: Page) -> None:
    """Undo and redo."""
    for key in ("Control+z", "Control+y") * 5:
        page.keyboard.press(key)
        page.wait_for_timeout(50)


def big_canvas(jobs: Path) -> str:
    """Write a job with a hundred nodes and return its name."""
    first = read_canvas(stedi.JOBS / JOB / f"{JOB}.json")
    path = jobs / "big" / "big.json"
    editor = CanvasEditor(Canvas(path, {**first.definition, "name": "big"}, first.nodes))
    root = next(node.id for node in editor.canvas.nodes.values() if not node.inputs)
    last = next(node for node in editor.canvas.nodes.values() if node.name == LAST)
    for number in range(MANY - len(first.nodes)):
        after = last.id if number % 4 else root
        last = editor.add("DropNullFields", f"Step {number}", inputs=[after])
    path.parent.mkdir(parents=True)
    path.write_text(editor.canvas.to_text(), encoding="utf-8")
    return "big"


def measured(landing: Path, folder: Path) -> list[tuple[str, str, str]]:
    """Return what was measured: what, at most, and the value."""
    from scripts.local.run_jobs import run_jobs

    jobs, lake = folder / "studio_jobs", folder / "lake"
    shutil.copytree(stedi.JOBS, jobs)
    shutil.copytree(stedi.DDL, folder / "ddl")
    run_jobs(landing, lake, "sail", Console(quiet=True))
    fill_lake(lake, landing)
    big = big_canvas(jobs)
    rows = []
    with chromium() as browser:
        starts = [start_seconds(browser, landing, lake) for _ in range(3)]
        rows.append(("start to a drawn canvas", "3 s", f"{statistics.median(starts):.1f} s"))
        with StudioServer(Workspace(jobs, lake, values=VALUES)) as server:
            page = opened(browser, server, JOB)
            preview = preview_seconds(page)
            rows.append(("an edit to script, problems and schema", "100 ms", f"{edit_seconds(page) * 1000:.0f} ms"))
            rows.append((f"preview of the last node of {JOB}, warm", "1 s", f"{preview:.2f} s"))
            page.close()
            page = opened(browser, server, big)
            page.locator(".react-flow__node").nth(MANY - 1).wait_for(state="attached")
            page.wait_for_timeout(1000)
            for name, act in (("drag", drag), ("select", select), ("undo", undo)):
                if act is undo:
                    edit_often(page)
                rate = frame_rate(page, lambda act=act: act(page))  # type: ignore[misc]
                rows.append((f"{MANY} nodes: {name}", "60 frames/s", f"{rate:.0f} frames/s"))
    packed = sum(len(gzip.compress(file.read_bytes())) for file in (WEB / "dist").rglob("*") if file.is_file())
    rows.append(("the page, gzipped", "1.5 MiB", f"{packed / 2**20:.2f} MiB"))
    return rows


def main() -> int:
    """Measure and print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench-studio", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    options = parser.parse_args()
    table = Table("What", "At most", "Measured")
    with tempfile.TemporaryDirectory(prefix="bench-studio-") as folder:
        for row in measured(options.landing, Path(folder)):
            table.add_row(*row)
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
