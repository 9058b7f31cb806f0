"""The planned resources as a file, so that a change of what Terraform would build is seen: `make planned` writes it.

It was first written by the configuration that parsed DDL and canvases itself; the manifest changed nothing in it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from awsglue_local.storage.whole_file import write_file
from glue_canvas.document.canvas import job_folders
from glue_emulator import GlueEmulator
from scripts.deployment import terraform
from scripts.deployment.manifest import manifest
from scripts.deployment.manifest import text_of as text_of_manifest
from scripts.deployment.workspace import Workspace
from tests.lakehouse.tables import FIVE, LANDING, ZONES

FILE = Path(__file__).with_name("planned.json")
LONGEST = 200


def planned(address: str, folder: Path) -> dict[str, Any]:
    """Return the resources that Terraform would build at an emulator, by their addresses; long texts as hashes."""
    workspace = Workspace(folder / "repository", address, glue_canvas="glue-canvas", for_rehearsal=False)
    keep_the_five(workspace.root)
    workspace.terraform("init", "-input=false", *terraform.plugin_arguments())
    workspace.terraform("plan", "-input=false", "-out=plan")
    plan = json.loads(workspace.terraform("show", "-json", "plan"))
    resources = plan["planned_values"]["root_module"]["resources"]
    found: dict[str, Any] = _shortened({one["address"]: one.get("values") for one in resources}, address)
    return found


def keep_the_five(root: Path) -> None:
    """Take jobs and tables away that somebody added: the file is about STEDI's."""
    for folder in job_folders(root / "studio_jobs"):
        if folder.name not in FIVE:
            shutil.rmtree(folder)
    for file in (root / "ddl").glob("*.sql"):
        if file.stem not in [*ZONES, *LANDING]:
            file.unlink()
    write_file(root / "terraform" / "lakehouse.json", text_of_manifest(manifest(root / "studio_jobs", root / "ddl")))


def _shortened(value: Any, address: str) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(value[key], address) for key in sorted(value)}
    if isinstance(value, list):
        return [_shortened(one, address) for one in value]
    if isinstance(value, str):
        text = value.replace(address, "http://emulator")
        return text if len(text) <= LONGEST else f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"
    return value


def text_of(resources: dict[str, Any]) -> str:
    """Return resources as the file has them."""
    return json.dumps(resources, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file and return the exit code."""
    with tempfile.TemporaryDirectory() as folder, GlueEmulator() as emulator:
        if write_file(FILE, text_of(planned(emulator.address, Path(folder)))):
            print(f"wrote {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
