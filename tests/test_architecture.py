"""The house: imports between wings run one way, the tests mirror it, and docs/architecture.md is its map."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stedi import ROOT

PACKAGES = ("awsglue_local", "glue_canvas", "glue_emulator", "glue_studio", "scripts")

MAY_IMPORT = {
    "awsglue_local.storage": "",
    "awsglue_local.files": "storage",
    "awsglue_local.athena": "files storage",
    "awsglue_local.databases": "",
    "awsglue_local.cluster": "files storage",
    "awsglue_local.local_cluster": "storage",
    "awsglue_local.job_run": "cluster databases files storage",
    "awsglue_local.transforms": "files storage",
    "awsglue_local.quality": "transforms storage",
    "awsglue_local.frames": "transforms job_run databases files storage",
    "awsglue_local.spark": "frames job_run storage",
    "awsglue_local.glue_api": "frames quality transforms job_run storage",
    "awsglue_local.runner": "glue_api spark frames transforms job_run cluster databases files storage",
    "glue_canvas.document": "",
    "glue_canvas.kinds": "document",
    "glue_canvas.flow": "kinds document",
    "glue_canvas.script": "flow kinds document",
    "glue_canvas.drawing": "script flow kinds document",
    "glue_canvas.editing": "flow kinds document awsglue_local.athena awsglue_local.storage",
    "glue_canvas.commands": "editing drawing script flow kinds document awsglue_local.storage",
    "glue_emulator.iam": "awsglue_local.storage",
    "glue_emulator.glue": "iam awsglue_local.job_run awsglue_local.files awsglue_local.storage",
    "glue_emulator.athena": "glue awsglue_local.athena awsglue_local.storage",
    "glue_studio.execution": "awsglue_local.runner awsglue_local.job_run awsglue_local.storage",
    "glue_studio.server": (
        "execution awsglue_local.athena awsglue_local.runner awsglue_local.storage glue_canvas.editing "
        "glue_canvas.drawing glue_canvas.script glue_canvas.flow glue_canvas.kinds glue_canvas.document"
    ),
}
"""Wing to the wings that it may import: those below it in its own package, and what it is given of another one.

What stands at the top of a package (commands, `testing`) may import all of it. Its errors, and in glue_emulator what the
parts of a running emulator share, are there for everybody.
"""

FOR_EVERYBODY = {
    "awsglue_local.errors",
    "awsglue_local.nearest",
    "awsglue_local.terminal",
    "glue_emulator.running_emulator",
    "glue_emulator.backend_state",
    "glue_emulator.logs",
}
TOOLS = {
    "awsglue_local": set[str](),
    "glue_canvas": {"awsglue_local"},
    "glue_emulator": {"awsglue_local"},
    "glue_studio": {"awsglue_local", "glue_canvas"},
    "scripts": {"awsglue_local", "glue_canvas", "glue_emulator", "glue_studio"},
}
"""Package to the packages that it may import: the tools know nothing of scripts, and so nothing of STEDI."""

CLIENTS = {"test_real_clients", "test_dbt", "test_pyathena", "test_awswrangler", "test_motos_own_tests"}
STORIES = {
    "test_engines_agree",
    "test_kinds",
    "test_projection",
    "test_properties",
    "test_write",
    "test_make",
    *CLIENTS,
}
"""Tests of more than one module."""


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in file.parts:
                continue
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), file


def imports(file: Path) -> Iterator[str]:
    """Yield what a file imports, each as module and name; where a name is a module, it is the module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def wing_of(name: str) -> str:
    """Return the wing of a module, or of a name in one; empty at the top of a package."""
    wing = ".".join(name.split(".")[:2])
    return wing if wing in MAY_IMPORT else ""


def test_every_folder_is_a_wing_with_a_rule() -> None:
    folders = {".".join(file.parent.relative_to(ROOT).parts[:2]) for _, file in modules() if file.parent.parent != ROOT}
    assert {one for one in folders if not one.startswith("scripts")} == set(MAY_IMPORT)


def test_imports_between_wings_run_one_way() -> None:
    forbidden = []
    for module, file in modules():
        package, wing = module.split(".")[0], wing_of(module)
        near = {one if "." in one else f"{package}.{one}" for one in MAY_IMPORT.get(wing, "").split()}
        for name in imports(file):
            if name.split(".")[0] not in PACKAGES or ".".join(name.split(".")[:2]) in FOR_EVERYBODY:
                continue
            other = wing_of(name)
            same = name.split(".")[0] == package
            # the top of another package is what it offers to everybody
            if wing and other != wing and other not in near and (same or other):
                forbidden.append(f"{module} imports {name}")
            if name.split(".")[0] not in {package, *TOOLS[package]}:
                forbidden.append(f"{module} imports {name}")
    assert forbidden == []


def test_nothing_private_is_imported() -> None:
    private = [
        f"{module} imports {name}"
        for module, file in modules()
        for name in imports(file)
        if name.split(".")[0] in PACKAGES and re.search(r"\._[a-z]", name)
    ]
    assert private == []


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_mirror_the_packages(package: str) -> None:
    there = {str(file.relative_to(ROOT).with_suffix("")) for name, file in modules() if name.split(".")[0] == package}
    for file in (ROOT / "tests" / package).rglob("test_*.py"):
        if "web" in file.parts:  # stories about the page, which is no Python
            continue
        room = file.parent.relative_to(ROOT / "tests") / file.stem.removeprefix("test_")
        assert str(room) in there or file.stem in STORIES, f"{file}: there is no {room}.py"


def test_the_map_names_every_wing_and_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    tree = "\n".join(block for language, block in blocks if not language)
    named = set(re.findall(r"[a-z_][a-z0-9_]*", tree))
    for module, file in modules():
        name = module.rsplit(".", 1)[-1]
        assert name in named or (file.name == "__init__.py" and module in PACKAGES), f"{module} is not in the tree"
