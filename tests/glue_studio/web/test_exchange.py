"""A canvas pushed to AWS Glue and pulled from it, in the browser, against the emulator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from glue_canvas.cli import main
from glue_studio.server.workspace import Workspace
from scripts import stedi
from scripts.deployment.outputs import Deployment
from tests.glue_studio.web.pages import studio_page

JOB = "customer_landing_to_trusted"


@pytest.fixture
def visual(deployment: Deployment) -> None:
    assert deployment
    assert main(["push", JOB, "--folder", str(stedi.JOBS), "--adopt"]) == 0


@pytest.mark.usefixtures("visual")
def test_push_and_pull(chromium: Browser, workspace: Workspace) -> None:
    with studio_page(chromium, workspace) as studio:
        dialog = studio.page.get_by_role("dialog")
        studio.open(JOB)
        studio.select("Consented to research")
        studio.write("Name", "Renamed here")
        studio.button("AWS").click()
        dialog.get_by_role("button", name="Compare").click()
        expect(dialog.get_by_role("list", name="What a push changes")).to_contain_text("Renamed here")
        dialog.get_by_role("button", name="Push to AWS").click()
        expect(dialog.get_by_text("Pushed, read back and compared.")).to_be_visible()
        dialog.get_by_role("button", name="Compare").click()
        expect(dialog.get_by_text("up to date")).to_be_visible()
        dialog.get_by_role("button", name="Close", exact=True).last.click()
        studio.undo()
        studio.lacks("Renamed here")
        studio.button("AWS").click()
        dialog.get_by_role("button", name="Pull into the page").click()
        expect(studio.node("Renamed here")).to_be_visible()
        studio.undo()
        studio.lacks("Renamed here")


def test_without_credentials_nothing_is_offered(
    chromium: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glue_studio.server.flow.has_credentials", lambda: False)
    with studio_page(chromium, workspace) as studio:
        studio.open(JOB)
        expect(studio.button("AWS")).to_have_count(0)
