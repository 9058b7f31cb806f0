"""The code of this package that executors need, as zip files: they need not have it installed.

The little that reaches S3 goes with each plan, the rest lies there, in the run's prefix.
"""

from __future__ import annotations

import io
import marshal
import zipfile
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from typing import TYPE_CHECKING

from awsglue_local.cluster.store import Store

if TYPE_CHECKING:
    from awsglue_local.storage.remote_lake import RemoteLake

PACKAGE = Path(__file__).resolve().parent.parent
FIRST = ("__init__.py", "errors.py", "cluster/__init__.py", "cluster/probe.py", "cluster/store.py")
"""What looks for what is missing, and what reads the rest from S3."""
WHOLE = ("__init__.py", "errors.py", "nearest.py", "cluster/*.py", "files/*.py", "storage/*.py")
"""All that functions on executors may import: this wing, and those that it may import."""
UNCHECKED = (1).to_bytes(4, "little")
"""The flags of a `.pyc` file that is valid whenever its source was written (PEP 552)."""


@dataclass(frozen=True)
class CodeOnS3:
    """A zip file of modules.

    Attributes
    ----------
    place
        `bucket/key` of the file.
    digest
        Its SHA-256, in hexadecimal digits: executors run no other code.
    """

    store: Store
    place: str
    digest: str


def put_code(lake: RemoteLake, store: Store) -> CodeOnS3:
    """Put all that executors may import below a run's prefix."""
    content = zipped(WHOLE)
    file = lake.aside("code") / "code.zip"
    lake.put(file, content)
    return CodeOnS3(store, file.relative_to(lake.root).as_posix(), sha256(content).hexdigest())


@cache
def zipped(patterns: tuple[str, ...]) -> bytes:
    """Return the modules that patterns name, as a zip file that is the same whenever they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(file for pattern in patterns for file in PACKAGE.glob(pattern)):
            name = f"{PACKAGE.name}/{file.relative_to(PACKAGE).as_posix()}"
            source = file.read_bytes()
            packed.writestr(zipfile.ZipInfo(name), source, zipfile.ZIP_DEFLATED)
            packed.writestr(zipfile.ZipInfo(f"{name}c"), _compiled(file, source), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _compiled(file: Path, source: bytes) -> bytes:
    """Return a module's code, which this Python has, as in a `.pyc` file: each process there would compile it anew.

    A Python of another version takes the source, which is beside it.
    """
    name = ".".join((PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    code = SourceFileLoader(name, str(file)).get_code(name)
    return MAGIC_NUMBER + UNCHECKED + source_hash(source) + marshal.dumps(code)
