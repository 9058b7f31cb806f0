"""What goes wrong while a person works: nothing is lost, and each is said."""

from __future__ import annotations

import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, expect

from glue_canvas.document.canvas import read_canvas
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer
from tests.glue_studio.web.pages import StudioPage, file_of

JOB = "customer_landing_to_trusted"


def rename_on_disk(file: Path, name: str) -> None:
    """Change a canvas as a pull does: the first node gets another name."""
    editor = CanvasEditor(read_canvas(file))
    editor.rename(next(iter(editor.canvas.nodes)), name)
    file.write_text(editor.canvas.to_text(), encoding="utf-8")


def test_a_file_that_changed_on_disk(studio: StudioPage, workspace: Workspace) -> None:
    file, page = file_of(workspace, JOB), studio.page
    studio.open(JOB)
    studio.select(studio.names()[0])
    studio.write("Name", "Mine")
    rename_on_disk(file, "Theirs")
    theirs = file.read_bytes()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The canvas file has changed on disk")).to_be_visible()
    assert file.read_bytes() == theirs, "a save does not take the other change away"
    studio.button("Compare").click()
    expect(page.get_by_role("list", name="Differences")).to_contain_text("Mine")
    expect(page.get_by_alt_text("Both canvases, with what differs marked")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Save mine over it").click()
    expect(page.locator(".job-bar [role=status]")).to_have_text("Saved")
    assert "Mine" in file.read_text(encoding="utf-8")

    rename_on_disk(file, "Theirs again")
    expect(page.get_by_text("A pull, git or an editor has written it.")).to_be_visible()
    studio.button("Reload").click()
    studio.settled()
    studio.has("Theirs again")


def test_a_file_that_is_gone(studio: StudioPage, workspace: Workspace) -> None:
    file = file_of(workspace, JOB)
    studio.open(JOB)
    studio.select("Consented to research")
    studio.write("Name", "Mine")
    shutil.rmtree(file.parent)
    studio.page.keyboard.press("Control+s")
    expect(studio.page.get_by_text("The canvas file is gone")).to_be_visible()
    assert not file.exists()
    studio.button("Save mine over it").click()
    expect(studio.page.locator(".job-bar [role=status]")).to_have_text("Saved")
    assert "Mine" in file.read_text(encoding="utf-8")


def test_a_node_that_fails_says_so_and_the_one_before_is_seen(filled_studio: StudioPage) -> None:
    studio, page = filled_studio, filled_studio.page
    studio.open(JOB)
    first = page.locator(".box-source .box-title").first.inner_text()
    studio.select(first)
    rows = studio.preview()
    studio.add("Custom Transform", "Breaks")
    page.get_by_role("textbox", name="Code").fill('raise ValueError("no such thing")')
    studio.settled()
    expect(page.get_by_text("Breaks failed")).to_be_visible()
    expect(page.get_by_text("no such thing").last).to_be_visible()
    expect(studio.node("Breaks").get_by_role("img", name="error")).to_be_visible()
    studio.select(first)
    assert studio.preview() == rows


def test_a_transform_that_hangs_is_stopped(filled_studio: StudioPage) -> None:
    studio, page = filled_studio, filled_studio.page
    studio.open(JOB)
    first = page.locator(".box-source .box-title").first.inner_text()
    studio.select(first)
    rows = studio.preview()
    studio.add("Custom Transform", "Hangs")
    page.get_by_role("textbox", name="Code").fill("while True:\n    pass")
    expect(page.get_by_text("Running the canvas up to Hangs")).to_be_visible()
    page.wait_for_timeout(1000)
    studio.button("Stop").click()
    expect(page.get_by_text("stopped").last).to_be_visible()
    studio.select(first)
    assert studio.preview() == rows
    studio.has("Hangs")


def test_work_survives_the_end_of_the_server(chromium: Browser, workspace: Workspace) -> None:
    page = chromium.new_page()
    with StudioServer(workspace) as server:
        studio = StudioPage(page, server)
        studio.open(JOB)
        studio.select(studio.names()[0])
        studio.write("Name", "Before the end")
        port = server.port
        page.goto("about:blank")  # a browser keeps connections open; the server would wait for them
        page.go_back()
        studio.select("Before the end")
    studio.button("Add node").click()
    page.get_by_label("Search kinds of nodes", exact=True).fill("Drop Null Fields")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The Studio's server does not answer").first).to_be_visible()
    studio.field("Name").fill("Typed while it was away")
    studio.field("Name").press("Tab")
    with StudioServer(workspace, port) as server:
        page.reload()
        expect(page.get_by_text("Open the address that glue-studio printed")).to_be_visible()
        again = StudioPage(page, server)
        again.open(JOB)
        expect(page.get_by_text("Work that was not saved has been brought back.")).to_be_visible()
        again.has("Typed while it was away", "DropNullFields")
        again.save()
        page.context.close()
    assert "Typed while it was away" in file_of(workspace, JOB).read_text(encoding="utf-8")


def test_work_survives_a_reload_and_can_be_dropped(studio: StudioPage, workspace: Workspace) -> None:
    before = file_of(workspace, JOB).read_bytes()
    studio.open(JOB)
    names = studio.names()
    studio.select(names[0])
    studio.write("Name", "Not saved yet")
    studio.page.reload()
    expect(studio.node("Not saved yet")).to_be_visible()
    expect(studio.page.get_by_text("Work that was not saved has been brought back.")).to_be_visible()
    studio.undo()
    studio.has(*names)
    assert studio.names() == names
    studio.button("Redo").click()
    studio.button("Drop it").click()
    studio.settled()
    studio.has(*names)
    assert studio.names() == names
    assert file_of(workspace, JOB).read_bytes() == before


class _OtherPage(BaseHTTPRequestHandler):
    address = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            f"""<iframe src="{self.address}"></iframe>
            <form method=post action="{self.address}api/runs" enctype=text/plain target=_blank><button>go</button></form>
            <script>
            const tried = [
              fetch("{self.address}api/studio", {{credentials: "include"}}).then((r) => r.text()),
              fetch("{self.address}api/runs", {{
                method: "POST", mode: "no-cors", credentials: "include", body: '{{"which": "all"}}',
              }}).then((r) => r.text()),
            ];
            Promise.allSettled(tried).then((all) => (document.title = JSON.stringify(all)));
            </script>""".encode()
        )

    def log_message(self, *_: object) -> None:
        pass


def test_another_page_is_refused(studio: StudioPage) -> None:
    _OtherPage.address = studio.server.address
    with ThreadingHTTPServer(("127.0.0.1", 0), _OtherPage) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        page = studio.page.context.new_page()
        answered: dict[str, int] = {}
        page.on("response", lambda one: answered.update({one.url: one.status}))
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        page.wait_for_function("document.title.includes('rejected')")
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="go").click()
        opened.value.wait_for_load_state()
        assert "This Studio answers no other page." in opened.value.content()
        other.shutdown()
    statuses = {status for url, status in answered.items() if url.startswith(studio.server.address)}
    assert statuses <= {403}
    assert re.search("This Studio|Open the address", opened.value.content())
    studio.go("#/runs")
    expect(studio.page.get_by_text("Nothing has been run here yet.")).to_be_visible()


def test_the_page_about_a_run_is_shown_and_can_ask_nothing_of_the_studio(
    studio: StudioPage, workspace: Workspace
) -> None:
    report = """<title>waits</title><h1>About the run</h1><script>
    fetch("/api/studio").then((answer) => answer.text()).then((text) => (document.title = text), () => (document.title = "kept apart"));
    </script>"""
    workspace.lake.mkdir(exist_ok=True)
    (workspace.lake / "report.html").write_text(report, encoding="utf-8")
    page = studio.page.context.new_page()
    page.goto(studio.server.address + "report")
    expect(page.get_by_role("heading", name="About the run")).to_be_visible()
    expect(page).to_have_title("kept apart")
