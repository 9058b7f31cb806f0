"""The README's picture of the Studio at work: `make studio-picture`. It says of which page it is."""

from __future__ import annotations

import hashlib
import shutil
import struct
import sys
import tempfile
import zlib
from pathlib import Path

from awsglue_local.storage.whole_file import write_file
from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer
from scripts import stedi
from scripts.browser import FLAGS, find_browser
from scripts.local.build_page import WEB
from scripts.local.studio import VALUES, fill_lake, saved_queries
from scripts.stedi import ROOT

PICTURE = ROOT / "docs" / "studio.png"
MARK = b"Page\x00"
"""The keyword of the PNG's text chunk that holds the page's digest."""
JOB, NODE = "machine_learning_curated", "Same wearer, same time"


def page_digest() -> str:
    """Return what tells one state of the page's sources from another."""
    digest = hashlib.sha256()
    files = [file for file in (WEB / "src").rglob("*") if file.suffix in (".ts", ".tsx", ".css")]
    for file in sorted(files):
        digest.update(file.relative_to(WEB).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def digest_in(picture: bytes) -> str:
    """Return the digest of the page that a picture shows; empty where it says none."""
    _, found, rest = picture.partition(b"tEXt" + MARK)
    return rest[:64].decode("ascii") if found else ""


def marked(picture: bytes, digest: str) -> bytes:
    """Return a PNG with the digest in a text chunk before its end."""
    body = b"tEXt" + MARK + digest.encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + chunk + picture[end:]


def shot(jobs: Path, lake: Path) -> bytes:
    """Return a picture of a job with a node selected and its data below, 1,280 wide."""
    from playwright.sync_api import sync_playwright

    workspace = Workspace(jobs, lake, values=VALUES, queries=saved_queries)
    with StudioServer(workspace) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.goto(server.address_to_open)
        page.goto(f"{server.address}#/jobs/{JOB}")
        page.locator(".box-title", has_text=NODE).click()
        page.get_by_test_id("preview-total").wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        picture = page.screenshot()
        chromium.close()
    return picture


def main() -> int:
    """Write the picture; return the exit code."""
    from rich.console import Console

    from scripts.local.run_jobs import run_jobs

    with tempfile.TemporaryDirectory(prefix="studio-picture-") as folder:
        jobs, lake = Path(folder) / "studio_jobs", Path(folder) / "lake"
        shutil.copytree(stedi.JOBS, jobs)
        shutil.copytree(stedi.DDL, Path(folder) / "ddl")
        run_jobs(ROOT / "sample_data", lake, "sail", Console(quiet=True))
        fill_lake(lake, ROOT / "sample_data")
        write_file(PICTURE, marked(shot(jobs, lake), page_digest()))
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
