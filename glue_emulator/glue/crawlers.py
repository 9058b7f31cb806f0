"""Crawls: catalog targets keep named tables up to date, S3 targets make a table of a folder."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.glue.exceptions import CrawlerNotRunningException, CrawlerRunningException

from awsglue_local.errors import GlueLocalError, TableNotFound
from awsglue_local.files.staging import Stage
from awsglue_local.storage.glue_catalog import GlueCatalog
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Partition, Table
from glue_emulator.glue.schemas import Found, look, tables_below
from glue_emulator.iam.principals import role_keys
from glue_emulator.logs import LogWriter
from glue_emulator.running_emulator import Keys, running

LOG_GROUP = "/aws-glue/crawlers"
SESSION = "AWS-Crawler"
GLOB = re.compile(r"\*\*|\{[^{}]*\}|\[[^\]/]+\]|\\\\.|.", re.DOTALL)
WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
"""`**` crosses folders, `*` and `?` do not."""


@dataclass
class Crawl:
    """A run of a crawler.

    Attributes
    ----------
    created, updated, deleted
        How many tables.
    """

    crawler: str
    log_group: str
    trigger: str | None = None
    workflow_run: str | None = None
    state: str = "RUNNING"
    error: str = ""
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    seconds: float = 0.0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    cancelled: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.completed is None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the API's Crawl."""
        return {
            "State": self.state,
            "StartedOn": self.started,
            "CompletedOn": self.completed,
            "ErrorMessage": self.error or None,
            "LogGroup": self.log_group,
            "LogStream": self.crawler,
        }

    def last(self) -> dict[str, Any]:
        """Return it as the API's LastCrawlInfo."""
        return {
            "Status": self.state,
            "ErrorMessage": self.error or None,
            "LogGroup": self.log_group,
            "LogStream": self.crawler,
            "MessagePrefix": self.id,
            "StartTime": self.started,
        }


class Crawls:
    """The crawls of one account and region.

    Parameters
    ----------
    crawler
        Returns a crawler by name, as the API's Crawler.
    ended
        Told of each crawl that has ended.
    """

    def __init__(self, region: str, crawler: Callable[[str], dict[str, Any]], ended: Callable[[Crawl], None]) -> None:
        self._region, self._crawler, self._ended = region, crawler, ended
        self._crawls: dict[str, list[Crawl]] = {}
        self._lock = threading.Lock()

    def start(self, name: str, trigger: str | None = None, workflow_run: str | None = None) -> Crawl:
        """Start a crawl; CrawlerRunningException."""
        definition = self._crawler(name)
        with self._lock:
            if any(crawl.is_active for crawl in self._crawls.get(name, [])):
                raise CrawlerRunningException(f"Crawler with name {name} has already started")
            crawl = Crawl(name, log_group(definition), trigger, workflow_run)
            self._crawls.setdefault(name, []).append(crawl)
        threading.Thread(target=self._live, args=(crawl, definition), name=f"crawl {name}", daemon=True).start()
        return crawl

    def stop(self, name: str) -> None:
        """Stop a crawl at the next table; CrawlerNotRunningException."""
        active = [crawl for crawl in self.of_crawler(name) if crawl.is_active]
        if not active:
            raise CrawlerNotRunningException(f"Crawler with name {name} isn't running")
        active[0].cancelled = True

    def stop_all(self) -> None:
        """Stop every crawl at its next table."""
        for crawls in list(self._crawls.values()):
            for crawl in crawls:
                crawl.cancelled = True

    def of_crawler(self, name: str) -> list[Crawl]:
        """Return a crawler's crawls, the latest first."""
        return list(reversed(self._crawls.get(name, [])))

    def forget(self, name: str) -> None:
        """Forget the crawls of a crawler that is deleted."""
        self._crawls.pop(name, None)

    def _live(self, crawl: Crawl, definition: dict[str, Any]) -> None:
        start = time.monotonic()
        try:
            Crawling(self._region, definition, crawl).run()
            state = "CANCELLED" if crawl.cancelled else "SUCCEEDED"
        except (GlueLocalError, ClientError, OSError) as error:
            state, crawl.error = "FAILED", str(error)
        except Exception as problem:  # a fault of the emulator ends the crawl, not the emulator
            state, crawl.error = "FAILED", f"Internal error of the emulator: {type(problem).__name__}: {problem}"
        crawl.seconds = time.monotonic() - start
        crawl.state, crawl.completed = state, datetime.now(UTC)
        log = LogWriter(crawl.log_group, crawl.crawler, self._region, crawler_keys(self._region, definition))
        log.put("", "\n".join([*crawl.words, crawl.error, state]))
        self._ended(crawl)


class Crawling:
    """One crawl at work."""

    def __init__(self, region: str, definition: dict[str, Any], crawl: Crawl) -> None:
        self._definition, self._crawl = definition, crawl
        keys = crawler_keys(region, definition)
        self._glue = running().client("glue", region, keys)
        self._catalog = GlueCatalog(self._glue)
        self._lake = running().lake(region, keys)
        policy = definition.get("SchemaChangePolicy") or {}
        self._updates = policy.get("UpdateBehavior", "UPDATE_IN_DATABASE") == "UPDATE_IN_DATABASE"
        self._deletes = policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE")

    def run(self) -> None:
        """Look at every target."""
        targets = self._definition.get("Targets") or {}
        unknown = [name for name, value in targets.items() if value and name not in ("CatalogTargets", "S3Targets")]
        if unknown:
            raise GlueLocalError(f"{', '.join(unknown)} cannot be crawled here; use CatalogTargets or S3Targets")
        scratch = Path(tempfile.mkdtemp(dir=running().folder))
        try:
            with self._lake.locked():
                stage = Stage(self._lake.uri, scratch)
                for target in targets.get("CatalogTargets") or []:
                    for name in target["Tables"]:
                        self._catalog_table(target["DatabaseName"], name, stage)
                for target in targets.get("S3Targets") or []:
                    self._s3_target(target, stage)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _catalog_table(self, database: str, name: str, stage: Stage) -> None:
        if self._crawl.cancelled:
            return
        table = self._catalog.table(database, name)
        folder, files = self._files(table.location, [])
        if not files:
            self._say(f"{database}.{name} has no files")
            return
        self._update(table, look(folder, files, stage, table))

    def _s3_target(self, target: dict[str, Any], stage: Stage) -> None:
        folder, files = self._files(target["Path"], target.get("Exclusions") or [])
        database = str(self._definition["DatabaseName"])
        made, problems = set(), []
        for place in tables_below(folder):
            if self._crawl.cancelled:
                return
            inside = [file for file in files if file.is_relative_to(place)]
            try:
                made.add(self._folder_table(database, place, inside, stage))
            except GlueLocalError as error:
                problems.append(str(error))
                self._say(f"{self._lake.uri(place)}: {error}")
        if problems:
            raise GlueLocalError(problems[0])
        self._gone(database, made, self._lake.uri(folder) + "/")

    def _folder_table(self, database: str, place: Path, files: list[Path], stage: Stage) -> str:
        """Make or update the table of a folder, and return its name; where no file has a column there is no table."""
        location = self._lake.uri(place) + "/"
        name, table = self._table_at(
            database, (self._definition.get("TablePrefix") or "") + table_name(place), location
        )
        found = look(place, files, stage)
        if table is not None:
            self._update(table, found)
        elif found.columns:
            definition = found.definition(name, location)
            definition["Parameters"]["UPDATED_BY_CRAWLER"] = self._definition["Name"]
            table = Table(database, definition)
            self._catalog.put(table)
            self._crawl.created += 1
            self._say(f"{database}.{name} was created: {len(found.columns)} columns, {found.rows} records")
            self._partitions(table, found)
        return name

    def _table_at(self, database: str, name: str, location: str) -> tuple[str, Table | None]:
        """Return name and table of a location; where the name is another location's, it gets a suffix, as in Glue."""
        suffix = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
        for candidate in (name, f"{name}_{suffix}"):
            try:
                table = self._catalog.table(database, candidate)
            except TableNotFound:
                return candidate, None
            if table.location.rstrip("/") == location.rstrip("/"):
                return candidate, table
        raise GlueLocalError(f"the tables {name} and {name}_{suffix} belong to other locations than {location}")

    def _update(self, table: Table, found: Found) -> None:
        """Bring a table's columns and partitions up to date, or say what differs, as the policy wants it."""
        there = dict(table.columns)
        partitioned = dict(table.partition_keys)
        new = [(name, kind) for name, kind in found.columns if name not in there and name not in partitioned]
        other = [
            f"{name} ({there[name]}, {kind} in the files)"
            for name, kind in found.columns
            if there.get(name, kind) != kind
        ]
        name = f"{table.database}.{table.name}"
        if other:
            self._say(f"{name}: other types: {', '.join(other)}")
        if new and not self._updates:
            self._say(f"{name}: new columns, not added: {', '.join(column for column, _ in new)}")
        elif new:
            storage = dict(table.definition["StorageDescriptor"])
            storage["Columns"] = storage["Columns"] + [{"Name": column, "Type": kind} for column, kind in new]
            parameters = {**table.parameters, **found.counts()}
            table = Table(table.database, {**table.definition, "StorageDescriptor": storage, "Parameters": parameters})
            self._catalog.put(table)
            self._crawl.updated += 1
            self._say(f"{name}: new columns: {', '.join(column for column, _ in new)}")
        self._partitions(table, found)

    def _partitions(self, table: Table, found: Found) -> None:
        if table.partition_keys:
            partitions = [Partition(tuple(one), self._lake.uri(place) + "/") for place, one in found.partitions.items()]
            self._catalog.add_partitions(table, partitions)

    def _gone(self, database: str, made: set[str], below: str) -> None:
        """Do with tables of this crawler whose files are gone what the policy says."""
        for name in self._catalog.table_names(database):
            table = self._catalog.table(database, name)
            ours = table.parameters.get("UPDATED_BY_CRAWLER") == self._definition["Name"]
            if name in made or not ours or not table.location.startswith(below):
                continue
            self._say(f"{database}.{name}: its files no longer exist")
            if self._deletes == "DELETE_FROM_DATABASE":
                self._glue.delete_table(DatabaseName=database, Name=name)
                self._crawl.deleted += 1
            elif self._deletes == "DEPRECATE_IN_DATABASE":
                now = str(int(time.time() * 1000))
                parameters = {**table.parameters, "DEPRECATED_BY_CRAWLER": now}
                self._catalog.put(Table(database, {**table.definition, "Parameters": parameters}))

    def _files(self, location: str, exclusions: list[str]) -> tuple[Path, list[Path]]:
        folder = self._lake.path(location)
        self._lake.fetch(folder)
        patterns = [_pattern(one) for one in exclusions]
        files = data_files(folder)
        left_out = [
            file for file in files if any(one.fullmatch(file.relative_to(folder).as_posix()) for one in patterns)
        ]
        for file in left_out:
            file.unlink()
        return folder, [file for file in files if file not in left_out]

    def _say(self, words: str) -> None:
        self._crawl.words.append(f"{self._crawl.id} {words}")


def crawler_keys(region: str, definition: dict[str, Any]) -> Keys:
    """Return the keys of a session of a crawler's role."""
    return role_keys(str(definition.get("Role") or ""), SESSION, DEFAULT_ACCOUNT_ID, region)


def log_group(definition: dict[str, Any]) -> str:
    """Return a crawler's log group; a security configuration gives it one of its own."""
    configuration = definition.get("CrawlerSecurityConfiguration")
    role = str(definition.get("Role") or "").rsplit("/", 1)[-1]
    return f"{LOG_GROUP}-role/{role}-{configuration}" if configuration else LOG_GROUP


def table_name(folder: Path) -> str:
    """Return the name that a crawler gives to the table of a folder."""
    return re.sub(r"[^a-z0-9_]", "_", folder.name.lower()) or "table"


def _pattern(exclusion: str) -> re.Pattern[str]:
    """Return a crawler's exclusion as a pattern ("Include and exclude patterns", AWS Glue Developer Guide)."""
    return re.compile("".join(_pattern_part(part) for part in GLOB.findall(exclusion)))


def _pattern_part(part: str) -> str:
    if part in WILD:
        return WILD[part]
    if part.startswith("{") and part.endswith("}"):
        return "(?:" + "|".join(_pattern(one).pattern for one in part[1:-1].split(",")) + ")"
    if part.startswith("[") and part.endswith("]"):
        return "[^" + part[2:] if part[1] == "!" else part
    return re.escape(part[1:] if len(part) == 2 else part)
