"""The process of one job run: runs the script against the emulator and leaves an account of it.

It ends when the emulator does: its standard input is a pipe that the emulator holds.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from awsglue_local import GlueLocalError, LocalGlue, ScriptError
from awsglue_local.job_run.bookmarks import Bookmark
from awsglue_local.storage.endpoint import Endpoint
from glue_emulator.glue.script_traceback import script_traceback

SET_PARENT_DEATH_SIGNAL = 1
PLAN, ACCOUNT = "plan.json", "account.json"


def main(folder: Path) -> int:
    """Run the script as `plan.json` says, write `account.json`, and return the exit code."""
    _end_with_the_emulators_thread()
    threading.Thread(target=_end_with_the_emulator, daemon=True).start()
    plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    sys.path[:0] = plan["modules"]
    account = _run(folder, plan)
    (folder / ACCOUNT).write_text(json.dumps(account), encoding="utf-8")
    return 1 if "error" in account else 0


def _run(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    bookmark = Bookmark(Path(plan["bookmark"]))
    try:
        endpoint = Endpoint(plan["endpoint"])
        with LocalGlue(
            engine=plan["engine"],
            endpoint=endpoint,
            write_at_once=plan["write_at_once"],
            short_lived=True,
            databases=Path(plan["databases"]),
        ) as glue:
            run = glue.run(folder / plan["script"], plan["arguments"], bookmark)
    except ScriptError as error:
        print(script_traceback(error.__cause__ or error, folder), end="", file=sys.stderr)
        node = f' (node "{error.node}")' if error.node else ""
        place = f"Failed Line Number: {error.line}; " if error.line else ""
        return {"error": f"Error Category: UNCLASSIFIED_ERROR; {place}{error.message}{node}"}
    except GlueLocalError as error:
        return {"error": f"Error Category: UNCLASSIFIED_ERROR; {error}"}
    for line in run.notes():
        print(line)
    for name, rows in run.reads.items():
        print(f"read {rows} rows of {name}")
    for name, rows in run.writes.items():
        print(f"wrote {rows} rows to {name}")
    whole = asdict(run)
    return {key: whole[key] for key in ("seconds", "reads", "writes", "data_quality")}


def _end_with_the_emulators_thread() -> None:
    """Let Linux end this process with its parent, whatever it is doing; the pipe serves where that is not to be had."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _end_with_the_emulator() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    code = main(Path(sys.argv[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    # threads that a script, Sail or gRPC left behind do not keep the run from ending
    os._exit(code)
