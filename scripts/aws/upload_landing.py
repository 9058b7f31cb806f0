"""Put landing files where the deployed jobs read them: `make upload-landing`.

Files are checked before the first is sent, sent in parallel, and compared by SHA-256 afterwards. A file that is there
already is skipped, so an upload that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from awsglue_local.errors import GlueLocalError
from awsglue_local.files.staging import Stage
from awsglue_local.files.text_source import text_source
from awsglue_local.storage.lake import S3_ADDRESS, data_files
from awsglue_local.storage.table import Table
from awsglue_local.terminal import plain_console
from scripts import stedi
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of

AT_ONCE = 8
PART_BYTES = 64 << 20
MOST_BROKEN = 0.1
"""Part of a table's lines that may be no records; above it, the files are something else than JSON lines."""
SHOWN = 5


@dataclass(frozen=True)
class Upload:
    """A file and the object it becomes."""

    file: Path
    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass
class UploadSummary:
    """What an upload did.

    Attributes
    ----------
    sent, skipped
        Objects that were put there, and that were there with the same content.
    removed
        Objects that have no file any more; they are left alone.
    broken
        Lines that the jobs will leave out: file, line, reason.
    """

    sent: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    bytes: int = 0
    seconds: float = 0.0


def upload_landing(landing: Path, there: Deployment, console: Console) -> UploadSummary:
    """Upload the landing files of a folder.

    Raises
    ------
    GlueLocalError
        A file is missing or is no JSON lines (nothing is sent then), or an object is not what was sent.
    """
    start = time.perf_counter()
    folders = stedi.landing_folders(landing, stedi.lakehouse().landing)
    account = UploadSummary(broken=check_files(folders, console))
    uploads = [one for table, folder in folders for one in uploads_of(folder, there.landing[table.name])]
    s3 = there.client("s3")
    account.removed = removed_objects(s3, there.landing.values(), uploads)
    with _progress(console) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
        task = progress.add_task("Uploading", total=sum(one.file.stat().st_size for one in uploads))
        try:
            done = list(pool.map(lambda one: send(s3, one, lambda sent: progress.advance(task, sent)), uploads))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for one, was_sent in zip(uploads, done, strict=True):
        (account.sent if was_sent else account.skipped).append(str(one))
        account.bytes += one.file.stat().st_size if was_sent else 0
    account.seconds = round(time.perf_counter() - start, 3)
    return account


def check_files(folders: list[tuple[Table, Path]], console: Console) -> list[str]:
    """Read every file as its table's job will; return the lines that are no records.

    Raises
    ------
    GlueLocalError
        Too many lines of a table are no records, or a value does not fit its column; it names file and line.
    """
    broken = []
    with console.status("Reading the files ..."), tempfile.TemporaryDirectory() as scratch:
        stage = Stage(str, Path(scratch))
        for table, folder in folders:
            for file in data_files(folder):
                read = stage.read(text_source(folder, [file], table))
                lines = [f"{one.file}, line {one.line}: {one.reason}" for one in read.bad]
                if len(lines) > MOST_BROKEN * (read.rows + len(lines)):
                    raise GlueLocalError(
                        f"{file} is not a file of JSON lines, one object per line; nothing was sent. {lines[0]}"
                    )
                if read.misfits:
                    raise GlueLocalError(
                        f"{read.misfits[0]}; fix it, or change the column in the table. Nothing was sent"
                    )
                broken += lines
    return broken


def uploads_of(folder: Path, location: str) -> list[Upload]:
    """Return the files of a folder with the objects they become, all below the location."""
    match = S3_ADDRESS.fullmatch(location)
    if match is None or not match[2]:
        raise GlueLocalError(f"the landing location {location!r} is not an s3://bucket/prefix/ address")
    prefix = match[2].rstrip("/")
    return [Upload(file, match[1], f"{prefix}/{file.relative_to(folder).as_posix()}") for file in data_files(folder)]


def removed_objects(s3: Any, locations: Iterable[str], uploads: list[Upload]) -> list[str]:
    """Return the objects of the landing prefixes that have no file."""
    wanted = {str(one) for one in uploads}
    found = []
    for location in locations:
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/"):
            keys = [one["Key"] for one in page.get("Contents", []) if not one["Key"].endswith("/")]
            found += [f"s3://{bucket}/{key}" for key in keys if f"s3://{bucket}/{key}" not in wanted]
    return found


def send(s3: Any, upload: Upload, advance: Callable[[int], None]) -> bool:
    """Upload a file unless it is there already, and compare; return whether it was sent.

    Raises
    ------
    GlueLocalError
        The object is not what was sent, or S3 refuses it.
    """
    wanted = checksum(upload.file)
    if remote_checksum(s3, upload) == wanted:
        advance(upload.file.stat().st_size)
        return False
    try:
        s3.upload_file(
            str(upload.file),
            upload.bucket,
            upload.key,
            ExtraArgs={"ChecksumAlgorithm": "SHA256", "ContentType": "application/x-ndjson"},
            Callback=advance,
            Config=TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2),
        )
    except S3UploadFailedError as error:
        raise refusal(upload, error) from error
    if remote_checksum(s3, upload) != wanted:
        raise GlueLocalError(
            f"{upload} differs from {upload.file}: the file changed during "
            "the upload, or the object was damaged; upload again"
        )
    return True


def checksum(file: Path) -> str:
    """Return the SHA-256 that S3 gives to a file, of several parts that of the parts' digests.

    "Checking object integrity for data uploads in Amazon S3" (Amazon S3 User Guide), composite checksums.
    """
    digests: list[bytes] = []
    with file.open("rb") as stream:
        while not digests or stream.tell() < file.stat().st_size:
            digests.append(hashlib.sha256(stream.read(PART_BYTES)).digest())
    one = digests[0] if file.stat().st_size < PART_BYTES else hashlib.sha256(b"".join(digests)).digest()
    return base64.b64encode(one).decode()


def remote_checksum(s3: Any, upload: Upload) -> str:
    """Return the SHA-256 that S3 has of an object; empty where there is no object, or it has none."""
    try:
        found = s3.head_object(Bucket=upload.bucket, Key=upload.key, ChecksumMode="ENABLED")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return ""
        raise refusal(upload, error) from error
    # S3 puts the number of parts behind the checksum of a composite
    return str(found.get("ChecksumSHA256", "")).split("-")[0]


REFUSALS = (
    (r"\bkms:|\bKMS\b|KMS\.", "the KMS key of the bucket's encryption is not yours to use, disabled or gone"),
    (r"PermanentRedirect|\b301\b|AuthorizationHeader|TemporaryRedirect", "the bucket is in another region"),
    (
        r"Object ?Lock|Content-MD5",
        "the bucket has Object Lock, which prevents this write",
    ),
    (
        r"AccessDenied|\b403\b|Forbidden",
        "you may not use it (`make policy WHO=engineer` prints what is needed), or it is another account's bucket "
        "whose requester pays",
    ),
    (r"NoSuchBucket", "there is no such bucket; run `make apply` first"),
)
"""What S3 answers to a request that it refuses, and what that means here; the first that fits counts."""


def refusal(upload: Upload, error: Exception) -> GlueLocalError:
    """Return the error that says why S3 refuses an object."""
    meaning = next((words for pattern, words in REFUSALS if re.search(pattern, str(error))), "")
    return GlueLocalError(f"S3 refuses {upload}" + (f": {meaning}" if meaning else "") + f". AWS says: {error}")


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True)


def show(account: UploadSummary, console: Console) -> None:
    """Print what was done."""
    for line in account.broken[:SHOWN]:
        console.print(f"the jobs will skip: {line}", markup=False, highlight=False, soft_wrap=True)
    if len(account.broken) > SHOWN:
        console.print(f"... and {len(account.broken) - SHOWN:,} more such lines")
    for uri in account.removed[:SHOWN]:
        console.print(f"no local file for: {uri}", markup=False, highlight=False, soft_wrap=True)
    if account.removed:
        console.print(
            f"{len(account.removed)} objects without a local file were left in place; the jobs still read them",
            highlight=False,
        )
    words = f"{len(account.sent)} files uploaded ({account.bytes:,} bytes), {len(account.skipped)} were already there"
    console.print(f"{words}; {account.seconds:.1f} s", highlight=False)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="upload_landing", description=__doc__.splitlines()[0])
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    options = parser.parse_args()
    console = plain_console(stderr=options.json)
    try:
        account = upload_landing(options.landing, deployment(), console)
    except FAILURES as error:
        print(f"upload-landing: {words_of(error)}", file=sys.stderr)
        return 1
    print(json.dumps(vars(account), indent=2)) if options.json else show(account, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
