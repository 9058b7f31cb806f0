"""The databases that a running script has opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from awsglue_local.databases.connections import Settings
from awsglue_local.errors import GlueLocalError

if TYPE_CHECKING:
    from awsglue_local.databases.stand_in import StandIn

FOLDER = "_connections"
"""Where the DuckDB files are, in the lake's folder."""


@dataclass
class OpenDatabases:
    """The stand-ins of the connections that a script uses, each opened when it is first asked for.

    Attributes
    ----------
    folder
        Where DuckDB files are.
    may_leave
        Whether a stand-in may be on another machine.
    at_once
        Whether a write is kept when the script makes it, as on AWS, and not when the script has succeeded.
    makes_files
        Whether a DuckDB file that is not there is made.
    """

    folder: Path
    settings: Settings
    may_leave: bool = False
    at_once: bool = False
    makes_files: bool = True
    _open: dict[str, StandIn] = field(default_factory=dict)

    def of(self, connection_type: str, options: Mapping[str, Any]) -> StandIn:
        """Return the stand-in of the connection that Glue's options name.

        Raises
        ------
        GlueLocalError
            They name none, it cannot be opened, or it is on another machine and that is not allowed.
        """
        # DuckDB and sqlglot are slow to import, and most scripts do without a database
        from awsglue_local.databases.duckdb_file import DuckDBFile
        from awsglue_local.databases.postgresql import PostgreSQL, is_near

        connection = self.settings.connection(connection_type, options)
        place = connection.url or connection.name
        if place not in self._open:
            if not connection.url:
                file = self.folder / connection.file_name
                self._require(file, connection.name)
                self._open[place] = DuckDBFile(connection, file)
            elif not connection.url.startswith(("postgresql://", "postgres://")):
                raise GlueLocalError(
                    f"{self.settings.file}: the connection {connection.name!r} needs a postgresql:// URL, or none"
                )
            elif not is_near(connection.url) and not self.may_leave:
                raise GlueLocalError(
                    f"the connection {connection.name!r} leads to another machine; add --yes to let the script use it"
                )
            else:
                self._open[place] = PostgreSQL(connection)
        # two connections may lead to one place, each in a dialect of its own
        self._open[place].connection = connection
        return self._open[place]

    def _require(self, file: Path, name: str) -> None:
        if not self.makes_files and not file.is_file():
            there = ", ".join(sorted(unquote(one.stem) for one in self.folder.glob("*.duckdb")))
            raise GlueLocalError(
                f"no script has used the connection {name!r} yet; those with a database: {there or 'none'}"
            )

    def wrote(self) -> None:
        """Note the end of a write, which is kept now if writes happen at once."""
        if self.at_once:
            self.commit()

    def commit(self) -> None:
        """Keep what the script did to each database."""
        for one in self._open.values():
            one.commit()

    def close(self) -> None:
        """Leave the databases; what is not committed is undone."""
        for one in self._open.values():
            one.close()
        self._open.clear()
