"""A failed script's own traceback: its frames and those of its modules, none of what runs it."""

from __future__ import annotations

import traceback
from pathlib import Path

PLACE = Path("/tmp")  # noqa: S108 - where AWS Glue has scripts, as its tracebacks show; nothing is written there


def script_traceback(error: BaseException, folder: Path) -> str:
    """Return the traceback of an error, as AWS Glue's log has it.

    Parameters
    ----------
    folder
        Where the script and its modules lie; they are shown below `/tmp`.
    """
    told = traceback.TracebackException.from_exception(error)
    _keep_own(told, folder.resolve())
    return "".join(told.format())


def _keep_own(told: traceback.TracebackException, folder: Path) -> None:
    for frame in told.stack:
        frame.filename = _shown(frame.filename, folder)
    told.stack = traceback.StackSummary.from_list([one for one in told.stack if Path(one.filename).parent == PLACE])
    if isinstance(getattr(told, "filename", None), str):  # of a SyntaxError
        told.filename = _shown(told.filename, folder)
    for other in (told.__cause__, told.__context__):
        if other is not None:
            _keep_own(other, folder)
    # what the runtime or a library failed on before it raised an error is not the script's business
    if told.__cause__ is not None and not told.__cause__.stack:
        told.__cause__ = None
        told.__suppress_context__ = True
    if told.__context__ is not None and not told.__context__.stack:
        told.__context__ = None


def _shown(file: str, folder: Path) -> str:
    """Return the path of a file of the script as Glue would show it, and others as they are."""
    path = Path(file).resolve()
    return str(PLACE / path.name) if path.is_relative_to(folder) else file
