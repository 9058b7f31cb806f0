"""A connection of DuckDB that answers translated queries."""

from __future__ import annotations

import duckdb

from awsglue_local.athena.trino.translation import Translation, register

SETTINGS = ("ieee_floating_point_ops = true", "error_on_division_by_zero = false", "integer_division = false")
"""How numbers are divided: doubles as IEEE 754 says."""


class Session:
    """A connection, with the Python functions that it knows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._known: set[str] = set()
        for setting in SETTINGS:
            connection.execute(f"set {setting}")

    def prepare(self, translation: Translation) -> None:
        """Register the Python functions that a translated query calls."""
        for function in translation.functions.values():
            if function.name not in self._known:
                register(self.connection, function)
                self._known.add(function.name)
