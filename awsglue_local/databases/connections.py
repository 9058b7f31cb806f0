"""Which database a script asks for, and what stands in for it here.

A Glue connection, or a JDBC URL, is a DuckDB file of its name in the lake, unless a settings file (`connections.toml`)
gives the URL of another database::

    [warehouse]                                   # the Glue connection's name, or a JDBC URL in quotes
    url = "postgresql://etl:${WAREHOUSE_PASSWORD}@127.0.0.1:5432/dev"
    dialect = "redshift"                          # whose SQL the scripts write, where it is not the connection type's
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from awsglue_local.errors import GlueLocalError

DEFAULT_SETTINGS = Path("connections.toml")
DIALECTS = {
    "redshift": "redshift",
    "postgresql": "postgres",
    "mysql": "mysql",
    "sqlserver": "tsql",
    "oracle": "oracle",
    "snowflake": "snowflake",
}
"""Connection type, as AWS Glue names it, to sqlglot's dialect of its SQL."""
OF_CONNECTION = ".connection"
"""What the host of a URL ends with that stands for a Glue connection."""
VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Connection:
    """A database that a script asks for.

    Attributes
    ----------
    name
        The Glue connection's name, or what a JDBC URL is known by here.
    dialect
        Whose SQL the script writes, as sqlglot names it.
    url
        Where the stand-in is: `postgresql://…`, or empty for a DuckDB file in the lake.
    """

    name: str
    dialect: str
    url: str = ""

    @property
    def file_name(self) -> str:
        """The name of the connection's DuckDB file."""
        return f"{quote(self.name, safe=' ')}.duckdb"


@dataclass(frozen=True)
class Settings:
    """What a settings file says of connections, by name or JDBC URL; see the module."""

    file: Path
    sections: Mapping[str, Mapping[str, str]]

    def connection(self, connection_type: str, options: Mapping[str, Any]) -> Connection:
        """Return the connection that Glue's options name: by `connectionName`, or by a JDBC `url`.

        Parameters
        ----------
        connection_type
            `redshift`, `mysql`, …; empty where the script does not say it.

        Raises
        ------
        GlueLocalError
            They name none; or its settings are wrong.
        """
        url = str(options.get("url") or "") or _snowflake_url(options)
        name = str(options.get("connectionName") or "") or _known_by(url)
        if not name:
            raise GlueLocalError(
                f'the {connection_type or "JDBC"} options name no database: give "connectionName", or "url"'
            )
        vendor = connection_type or url.removeprefix("jdbc:").partition(":")[0]
        section = self.sections.get(url) or self.sections.get(name) or {}
        dialect = DIALECTS.get(section.get("dialect") or vendor, "redshift")
        return Connection(name, dialect, self._with_variables(section.get("url", ""), name))

    def jdbc(self, name: str) -> dict[str, str]:
        """Return what `extract_jdbc_conf` tells of a connection: a URL that leads to its stand-in, and no password."""
        dialect = self.connection("", {"connectionName": name}).dialect
        vendor = next((kind for kind, one in DIALECTS.items() if one == dialect), dialect)
        url = f"jdbc:{vendor}://{quote(name, safe='')}{OF_CONNECTION}"
        return {"vendor": vendor, "url": url, "fullUrl": url, "user": "", "password": ""}

    def _with_variables(self, url: str, name: str) -> str:
        missing = [one for one in VARIABLE.findall(url) if one not in os.environ]
        if missing:
            raise GlueLocalError(f"{self.file}: the connection {name!r} needs the environment variable {missing[0]}")
        return VARIABLE.sub(lambda match: quote(os.environ[match[1]], safe=""), url)


def _snowflake_url(options: Mapping[str, Any]) -> str:
    host = str(options.get("sfUrl") or "")
    return f"jdbc:snowflake://{host}/{options.get('sfDatabase', '')}" if host else ""


def read_settings(file: Path = DEFAULT_SETTINGS) -> Settings:
    """Return a settings file's connections; none where there is no file.

    Raises
    ------
    GlueLocalError
        It is not as the module describes it, or is not there and has another name than the usual one.
    """
    if not file.is_file() and file.name == DEFAULT_SETTINGS.name:
        return Settings(file, {})
    if not file.is_file():
        raise GlueLocalError(f"there is no file {file} with settings of connections")
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GlueLocalError(f"{file} is no TOML file: {error}") from error
    for name, section in sections.items():
        if not isinstance(section, dict) or not all(isinstance(value, str) for value in section.values()):
            raise GlueLocalError(f'{file}: write [{name}], and below it url = "postgresql://…"')
        if section.get("dialect", "redshift") not in DIALECTS:
            raise GlueLocalError(
                f"{file}: [{name}] has the dialect {section['dialect']!r}; use one of {', '.join(DIALECTS)}"
            )
        if unknown := sorted(set(section) - {"url", "dialect"}):
            raise GlueLocalError(f"{file}: [{name}] has {unknown[0]!r}; known are url and dialect")
    return Settings(file, sections)


def _known_by(url: str) -> str:
    """Return a short name of a JDBC URL: its host and database, without user, password and port."""
    match = re.fullmatch(r"jdbc:\w+:(.*)", url)
    if not match:
        return ""
    place, parameters = re.fullmatch(r"([^;?]*)([;?].*)?", match[1]).groups()  # type: ignore[union-attr]
    if "@" in (parameters or "") and "@" not in place:
        place = match[1]  # a password with ; or ? in it
    server = re.split(r"[;?]", place.rpartition("@")[2].rpartition("//")[2])[0]
    parts = [part for part in re.split(r"[:/]+", server) if part and not part.isdigit()]
    if parts and parts[0].endswith(OF_CONNECTION):
        return unquote(parts[0].removesuffix(OF_CONNECTION))
    database = re.search(r"(?:databaseName|database|db)=([^;&]+)", parameters or "", re.IGNORECASE)
    return "-".join([*parts, *([database[1]] if database else [])])
