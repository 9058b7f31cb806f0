"""Job bookmarks: a source's files that an earlier run has read are not read again.

"Tracking processed data using job bookmarks" (AWS Glue Developer Guide): a source takes part when it has a
transformation context and the job runs with `--job-bookmark-option job-bookmark-enable`; `job.commit()` moves the
bookmark on. Here a file counts as read when its name, size and time of change were seen, and a row of a database's
table when its key comes before the last one that was seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.lake import Lake
from awsglue_local.storage.whole_file import write_file

OPTION = "--job-bookmark-option"
LAST_KEY = "last key"
ENABLE, PAUSE, DISABLE = "job-bookmark-enable", "job-bookmark-pause", "job-bookmark-disable"


class Bookmark:
    """What the runs of one job have read.

    Parameters
    ----------
    path
        A JSON file `{transformation context: {file: state}}`; made by the first run that moves the bookmark.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._option = DISABLE
        self._read: dict[str, dict[str, str]] = {}
        self._seen: dict[str, dict[str, str]] = {}
        self._committed = False

    @property
    def job(self) -> str:
        """The name of the job."""
        return self._path.stem

    def use(self, arguments: Sequence[str]) -> None:
        """Begin a run with the script's arguments, which say whether bookmarks count.

        Raises
        ------
        GlueLocalError
            The bookmark's file is damaged.
        """
        self._option = option_of(arguments)
        self._seen, self._committed = {}, False
        if self._option == DISABLE or not self._path.is_file():
            self._read = {}
            return
        try:
            self._read = json.loads(self._path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise GlueLocalError(f"the bookmark {self._path} is damaged: {error}; delete it to start over") from error

    def unread(self, context: str, lake: Lake, files: list[Path]) -> list[Path]:
        """Return the files that no earlier run has read.

        Parameters
        ----------
        context
            The source's transformation context; without one the bookmark does not count.
        lake
            Where the files are; they are known by their path below its root.
        """
        if not self.counts(context):
            return files
        states = {file: (file.relative_to(lake.root).as_posix(), lake.state(file)) for file in files}
        self._seen.setdefault(context, {}).update(dict(states.values()))
        known = self._read.get(context, {})
        return [file for file, (name, state) in states.items() if known.get(name) != state]

    def counts(self, context: str) -> bool:
        """Say whether the bookmark counts for a source."""
        return self._option != DISABLE and bool(context)

    def last_key(self, context: str) -> list[str]:
        """Return the last key that earlier runs have read of a database's table; empty before the first."""
        return list(json.loads(self._read.get(context, {}).get(LAST_KEY, "[]")))

    def saw_key(self, context: str, key: list[str]) -> None:
        """Note the last key that this run reads of a database's table."""
        self._seen[context] = {LAST_KEY: json.dumps(key)}

    def commit(self) -> None:
        """Note that the script wants the bookmark moved; it moves when the script has succeeded."""
        self._committed = True

    def save(self) -> None:
        """Move the bookmark, if the script committed and the option is not `pause`; whole or not at all."""
        if not self._committed or self._option != ENABLE:
            return
        write_file(self._path, json.dumps({**self._read, **self._seen}, indent=1))


def option_of(arguments: Sequence[str]) -> str:
    """Return the bookmark option among a script's arguments; without one bookmarks are disabled."""
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == OPTION:
            return value if equals else next(iter(arguments[number + 1 :]), DISABLE)
    return DISABLE
