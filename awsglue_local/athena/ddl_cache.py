"""Table definitions of DDL files, kept so that a file which has not changed is not parsed again.

The parser takes a tenth of a second to load, which a run that reads the same files as the one before need not wait for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from awsglue_local.athena import ddl
from awsglue_local.storage.table import Table
from awsglue_local.storage.whole_file import write_file


def read_ddl_files(files: Iterable[Path], values: Mapping[str, str], kept: Path | None) -> list[Table]:
    """Return the tables of DDL files, see `read_ddl`.

    Parameters
    ----------
    kept
        A file that keeps what was parsed; None to parse everything. One that is damaged is made anew.
    """
    known = _known(kept)
    found = {_key(file, values): file for file in files}
    tables = [Table(*known[key]) if key in known else ddl.read_ddl(file, dict(values)) for key, file in found.items()]
    if kept and kept.parent.is_dir() and known.keys() != found.keys():
        told = {key: [table.database, table.definition] for key, table in zip(found, tables, strict=True)}
        with suppress(OSError):  # a full disk is told by what has to be written
            write_file(kept, json.dumps(told))
    return tables


def _key(file: Path, values: Mapping[str, str]) -> str:
    """Return what changes with a file's text, its name, the values in it and the parser."""
    parts = [
        Path(ddl.__file__).read_bytes(),
        json.dumps([str(file), *sorted(values.items())]).encode(),
        file.read_bytes(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _known(kept: Path | None) -> dict[str, tuple[str, dict[str, Any]]]:
    try:
        told = json.loads(kept.read_text(encoding="utf-8")) if kept else {}
        return {str(key): (str(database), dict(definition)) for key, (database, definition) in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
