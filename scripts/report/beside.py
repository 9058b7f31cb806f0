"""The page about a run, made beside the run: in a process of its own, so that the run waits for little of it.

The run sends a line of JSON whenever tables are final, and one when it has ended. Meanwhile the process loads what the
page needs, and asks of the tables what can be asked already.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from awsglue_local.process import run_process
from awsglue_local.storage.lake import data_files

if TYPE_CHECKING:
    from awsglue_local.files.staging import Stage

ROOT = Path(__file__).resolve().parent.parent.parent

PAGE = "report.html"
ASKED_BYTES = 32 << 20
"""Of landing files so large or smaller, asking costs less than people notice; of larger ones it is put off."""


def is_small(landing: Path) -> bool:
    """Say whether landing files are so small that all questions are asked at once: `<landing>/<source>/landing/*`."""
    files = (file for folder in landing.glob("*/landing") for file in data_files(folder))
    return sum(file.stat().st_size for file in files) <= ASKED_BYTES


class PageBeside:
    """The process that makes the page of a lake; use it in a `with` statement.

    It asks the tables where the landing files are small; else that is put off.
    """

    def __init__(self, landing: Path, lake: Path) -> None:
        self._lake = lake.absolute()
        self._asks = is_small(landing)

    def __enter__(self) -> PageBeside:
        command = [sys.executable, "-m", "scripts.report.beside", "--lake", str(self._lake)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, text=True, encoding="utf-8")  # noqa: S603
        return self

    def tell_final(self, tables: Iterable[str], stage: Stage) -> None:
        """Say which tables are final, and what has been read of text files."""
        if self._asks:
            self._send({"tables": sorted(tables), "known": stage.known()})

    def end(self, succeeded: bool) -> int:
        """Say that the run has ended, wait for the page, and return the exit code; what went wrong is printed.

        After a run that succeeded the files that tables were read into are needed until then.
        """
        self._send({"end": True, "found": self._asks and succeeded})
        return self._process.wait()

    @property
    def exit_code(self) -> int:
        """The exit code; 0 while the process runs."""
        return self._process.returncode or 0

    def _send(self, message: dict[str, Any]) -> None:
        pipe = self._process.stdin
        if pipe is None or self._process.poll() is not None:
            return
        try:
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()
        except BrokenPipeError:
            return  # it has ended, and said why

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def make_page(lake: Path, messages: Iterator[dict[str, Any]]) -> None:
    """Write the page about a run that sends messages, see `PageBeside`; nothing if it ends without saying so.

    Raises
    ------
    GlueLocalError
        The tables cannot be read.
    OSError
        The page cannot be written.
    """
    from awsglue_local.athena.queries import AthenaSql
    from awsglue_local.files.staging import Stage
    from awsglue_local.storage.catalog import FolderCatalog
    from awsglue_local.storage.lake import Lake
    from scripts.report.findings import Findings, Questions
    from scripts.report.page import Page

    place = Lake(lake)
    stage = Stage(place.uri, place.root)
    page, found, final = Page(lake), Findings(), frozenset[str]()
    questions = Questions(page.lakehouse.tables)
    sql = AthenaSql(place, FolderCatalog(lake), place.root, as_in_files=True, stage=stage)
    with sql.snapshot() as tables:
        tables.share(questions.texts)
        for message in messages:
            if "end" in message:
                page.write(found if message["found"] else None, tables)
                return
            stage.learn(message["known"])
            final |= set(message["tables"])
            questions.ask(tables, found, final)


def main() -> int:
    """Run the process and return its exit code."""
    from awsglue_local.errors import GlueLocalError

    parser = argparse.ArgumentParser(prog="beside", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    options = parser.parse_args()
    # the run ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        make_page(options.lake, map(json.loads, sys.stdin))
    except GlueLocalError as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        words = f"the page cannot be written into the lake {options.lake}: {error.strerror}"
        print(f"report: {words}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    run_process(main)
