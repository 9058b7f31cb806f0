"""The scripts that a run runs: those beside the canvases, or what a canvas says where its script is older."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from glue_canvas import Canvas

MANIFEST = Path(__file__).resolve().parents[2] / "terraform" / "lakehouse.json"


def current_scripts(canvases: Iterable[Canvas], folder: Path) -> dict[str, Path]:
    """Return the script of each job by its name.

    A script that is not what its canvas says is left as it is; what the canvas says is written into `folder`.
    `make compile` wrote hashes of both into the manifest, so that only what changed since then is compiled.

    Raises
    ------
    CanvasError
        A canvas that has changed cannot be compiled.
    """
    known = _known()
    return {canvas.job_name: _current(canvas, folder, known) for canvas in canvases}


def _current(canvas: Canvas, folder: Path, known: dict[str, str]) -> Path:
    files = (canvas.path, canvas.script_path)
    if all(file.is_file() and known.get(_key(file)) == _hash(file) for file in files):
        return canvas.script_path
    # slow to import, and most runs follow `make compile`
    from glue_canvas.script.compiler import script_beside, script_for

    there = script_beside(canvas)
    script = script_for(canvas, there)
    if script is None or there == script:
        return canvas.script_path
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / canvas.script_path.name
    path.write_text(script, encoding="utf-8")
    return path


def _known() -> dict[str, str]:
    """Return the hashes of canvases and scripts that went together when the manifest was written."""
    try:
        return dict(json.loads(MANIFEST.read_text(encoding="utf-8"))["made_of"]["studio_jobs"])
    except (OSError, ValueError, KeyError):
        return {}


def _key(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
