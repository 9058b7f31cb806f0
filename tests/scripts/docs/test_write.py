"""The documentation: what is written from the code is current, links lead somewhere, commands exist, examples run."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import awsglue_local.cli
import glue_canvas.cli
import glue_emulator.cli
from glue_canvas.document.canvas import job_folders
from scripts.docs import dependencies, write
from scripts.stedi import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "terraform" / "README.md"])
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COMMANDS = {
    "glue-canvas": glue_canvas.cli.make_parser(),
    "awsglue-local": awsglue_local.cli.make_parser(),
    "glue-emulator": glue_emulator.cli.make_parser(),
}
JOBS = len(job_folders(ROOT / "studio_jobs"))
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_of(page: Path) -> list[str]:
    """Return the commands of a page: code spans, and the lines of its blocks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    commands = [block for block in blocks if not block.startswith("usage:")]
    return [*spans, *(line for block in commands for line in block.splitlines())]


@pytest.mark.parametrize("page", dict.fromkeys(page for page, _, _ in write.PARTS), ids=name_of)
def test_what_comes_from_the_code_is_current(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == write.written(page), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, link


def test_the_pages_are_found_from_the_readme() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in LINK.findall(page.read_text())
    }
    assert {page for page in PAGES if page != ROOT / "README.md"} <= linked


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page: Path) -> None:
    for code in code_of(page):
        for targets in re.findall(r"(?:^|&& )make ((?:[a-z-]+ ?)+)", code):
            assert set(targets.split()) <= TARGETS, code
        for name, rest in re.findall(r"(?:^|/|&& |')(glue-canvas|awsglue-local|glue-emulator) ([^'#]*)", code):
            assert_known(COMMANDS[name], shlex.split(rest.partition(" -- ")[0]), code)


def assert_known(parser: argparse.ArgumentParser, words: list[str], code: str) -> None:
    """Compare the words of a command with what its parser knows: its command, and its options."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and words and not words[0].startswith("-"):
            for name in words[0].split("|"):
                assert name.strip() in action.choices or name == action.metavar, code
                if name.strip() in action.choices:
                    assert_known(action.choices[name.strip()], words[1:], code)
            return
        if not action.option_strings and not isinstance(action, argparse._SubParsersAction):
            words = words[1:]
    options = {option for action in parser._actions for option in action.option_strings}
    assert {word for word in words if word.startswith("--")} <= options, code


def test_every_package_has_its_reason() -> None:
    rows = [line.split("|")[1:4] for line in dependencies.table().splitlines()[2:]]
    assert len(rows) > 25
    assert [name for name, _, reason in rows if not reason.strip()] == []


def test_the_workflows_call_the_make_targets() -> None:
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    called = re.findall(r"run: make ([a-z-]+)", workflow)
    assert "test" in called
    assert set(called) <= TARGETS
    assert "entry: make lint" in (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")


@pytest.mark.emulator
def test_your_own_jobs_step_by_step(tmp_path: Path) -> None:
    """Every file and command of the page, in its order, in an empty folder."""
    page = ROOT / "docs" / "own-jobs.md"
    shutil.copy(ROOT / "docs" / "own-jobs" / "big_orders.json", tmp_path)
    environment = environment_in(tmp_path)
    printed = []
    for kind, block in re.findall(
        r"^```(sh|sql|python)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        if kind == "sh":
            done = subprocess.run(
                ["bash", "-euc", block], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
            printed.append(done.stdout)
        else:
            name = re.match(r"(?:--|#) (\S+)\n", block)
            assert name, block
            file = tmp_path / name[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(block, encoding="utf-8")
    checked, lineage, run, tested, rehearsed = printed
    assert "1 job checked: scripts and canvases agree" in checked
    assert "shop.big_orders.amount <- shop.orders.amount" in lineage
    assert re.search(r"left +│ Big ones +│ +1 ", run)
    assert "1 passed" in tested
    assert rehearsed.strip().endswith("SUCCEEDED")


def environment_in(home: Path) -> dict[str, str]:
    """Return the environment of a person whose virtual environment is active and whose HOME is empty."""
    return {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "HOME": str(home)}


@pytest.mark.long
def test_a_new_job_step_by_step(tmp_path: Path) -> None:
    """Every command of the page in its order, in a copy of the repository; then the checks that every job has to pass."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
            os.utime(tmp_path / name, (0, 0))  # older than the environment, so that make does not install the copy
    if (ROOT / ".tools").exists():
        (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    environment = {**environment_in(tmp_path), "MAKEFLAGS": f"VENV={ROOT / '.venv'}", "COLUMNS": "200"}
    page = (tmp_path / "docs" / "new-job.md").read_text(encoding="utf-8")
    printed = []
    for block in re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        done = subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        printed.append(done.stdout + done.stderr)
    made, edited, checked, run, old, opened, compiled = printed
    assert "wrote ddl/customers_of_the_eighties.sql" in made
    assert "has no column 'telephone'; did you mean 'phone'?" in edited
    assert f"{JOBS + 1} jobs checked: scripts and canvases agree" in checked
    customers = re.search(r"(\d+) of \1 rows|3 of (\d+) rows of stedi.customers_of_the_eighties", run)
    assert customers, run
    assert f" {customers[1] or customers[2]} │" in run, "the page shows as many as the query counts"
    assert "its script is not what the canvas says" not in run
    assert "wrote studio_jobs/customer_trusted_to_curated" in old
    assert "wrote studio_jobs/customer_trusted_to_curated/customer_trusted_to_curated.json" in opened
    assert "wrote terraform/lakehouse.json" in compiled
    tests = [
        "tests/lakehouse/test_canvases.py",
        "tests/awsglue_local/athena/test_ddl.py",
        "tests/scripts/docs",
        "tests/scripts/deployment",
    ]
    without_itself = ["-p", "no:cacheprovider", "-m", "not (long or emulator or java)"]
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", "pytest", "-q", *tests, *without_itself],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
