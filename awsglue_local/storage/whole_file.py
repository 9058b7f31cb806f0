"""Files written so that nobody ever sees half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_file(path: Path, content: str | bytes) -> bool:
    """Write a file unless it holds the content already; return whether it was written.

    The content is built beside the file and swapped in; the file keeps its permissions.
    """
    return bool(write_together({path: content}))


def write_together(contents: Mapping[Path, str | bytes]) -> list[Path]:
    """Write several files, or none of them where one cannot be written; return those that were not the same already."""
    data = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in contents.items()}
    changed = [path for path, content in data.items() if not (path.is_file() and path.read_bytes() == content)]
    beside: dict[Path, str] = {}
    before: dict[Path, bytes | None] = {}
    try:
        for path in changed:
            beside[path] = _built_beside(path)
            Path(beside[path]).write_bytes(data[path])
        for path in changed:
            before[path] = path.read_bytes() if path.exists() else None
            os.replace(beside[path], path)
    except BaseException:
        _put_back(before)
        raise
    finally:
        for name in beside.values():
            Path(name).unlink(missing_ok=True)
    return changed


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    """Give files the content that they had; a file that was not there goes."""
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)


def _built_beside(path: Path) -> str:
    """Make an empty file beside another one, with its permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    os.chmod(name, mode)
    return name
