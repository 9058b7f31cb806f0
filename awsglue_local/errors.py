"""The errors of the local runtime; each message says what was wrong, where, and what to do."""

from __future__ import annotations


class GlueLocalError(Exception):
    """Something the person who runs the script can fix; the base of this package's errors."""


class Unsupported(GlueLocalError, AttributeError, NotImplementedError):
    """A call that AWS Glue has and this runtime does not (yet).

    It is an `AttributeError` too, so that `hasattr` and `getattr` with a default answer as they should.
    """

    def __init__(self, call: str, instead: str) -> None:
        super().__init__(f"{call} is not supported here yet; {instead}")
        self.call = call


class LakeError(GlueLocalError):
    """The lake folder cannot be used: outside of it, unwritable, full, or in use by another run."""


class EndpointError(GlueLocalError):
    """AWS, or an emulator of it, cannot be used: no credentials, no region, no answer, a refusal."""


class TableNotFound(GlueLocalError):
    """A database or table that the catalog does not have."""


class SourceError(GlueLocalError):
    """Source files that cannot be read as what the table or the script says they are."""


class ScriptError(GlueLocalError):
    """A script that failed.

    Attributes
    ----------
    script
        The script's path as given.
    line
        The line that failed, counted from 1; 0 where there is none.
    node
        The Studio node whose statement failed; empty outside of any node.
    """

    def __init__(self, script: str, line: int, node: str, message: str) -> None:
        place = f"{script}, line {line}" if line else script
        where = f'{place}, node "{node}"' if node else place
        super().__init__(f"{where}: {message}")
        self.script = script
        self.line = line
        self.node = node
        self.message = message
