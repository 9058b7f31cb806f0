"""The OpenAPI document of which the page's types are made: `python -m glue_studio.server.openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from awsglue_local.storage.whole_file import write_file
from glue_studio.server.app import make_app
from glue_studio.server.workspace import Workspace

DOCUMENT = Path(__file__).resolve().parent.parent / "web" / "openapi.json"


def document() -> str:
    """Return the document as JSON."""
    app = make_app(Workspace(Path("studio_jobs"), Path(".lake")))
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_file(DOCUMENT, document())
