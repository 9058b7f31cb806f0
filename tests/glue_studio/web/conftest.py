from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from glue_studio.server.app import PAGE
from glue_studio.server.workspace import Workspace
from scripts.browser import FLAGS
from tests import tools
from tests.glue_studio.web.pages import StudioPage, studio_page


@pytest.fixture(scope="session")
def chromium(browser: str) -> Iterator[Browser]:
    """Give a running Chromium."""
    tools.require((PAGE / "index.html").is_file(), "the Studio's page is not built: run `make glue_studio/web/dist`")
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def studio(chromium: Browser, workspace: Workspace) -> Iterator[StudioPage]:
    """Give the page of a Studio on a copy of the lakehouse's jobs; its lake is not there yet."""
    with studio_page(chromium, workspace) as page:
        yield page


@pytest.fixture
def filled_studio(chromium: Browser, filled_workspace: Workspace) -> Iterator[StudioPage]:
    """Give the page of a Studio on the jobs and a lake that they filled."""
    with studio_page(chromium, filled_workspace) as page:
        yield page
