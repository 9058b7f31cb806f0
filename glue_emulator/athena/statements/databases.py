"""CREATE, ALTER, DROP and SHOW of databases."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError

from awsglue_local.storage.endpoint import code_of
from glue_emulator.athena.statements.statement import Place, StatementError, StatementResult, lines


def create_database(place: Place, if_not_exists: bool | None, name: str, *clauses: Any) -> StatementResult:
    """CREATE DATABASE, with COMMENT, LOCATION and DBPROPERTIES in this order."""
    given = [one for one in clauses if one is not None]
    parameters = next((one for one in given if isinstance(one, dict)), {})
    texts = [one for one in given if isinstance(one, str)]
    location = next((one for one in texts if one.startswith("s3://")), "")
    comment = next((one for one in texts if one != location), "")
    wanted = {"Description": comment, "LocationUri": location, "Parameters": parameters}
    described = {"Name": name, **{key: value for key, value in wanted.items() if value}}
    try:
        place.glue.create_database(DatabaseInput=described)
    except ClientError as error:
        if code_of(error) != "AlreadyExistsException":
            raise
        if not if_not_exists:
            raise StatementError(
                f"FAILED: Execution Error: AlreadyExistsException: Database {name} already exists"
            ) from error
    return StatementResult()


def drop_database(place: Place, if_exists: bool | None, name: str, cascade: bool | None) -> StatementResult:
    try:
        there = place.catalog.table_names(name)
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        if if_exists:
            return StatementResult()
        raise StatementError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}") from error
    if there and not cascade:
        raise StatementError(
            f"FAILED: InvalidOperationException: Database {name} is not empty. One or more tables exist."
        )
    place.glue.delete_database(Name=name)
    return StatementResult()


def alter_database(place: Place, name: str, properties: dict[str, str]) -> StatementResult:
    found = place.glue.get_database(Name=name)["Database"]
    kept = {key: found[key] for key in ("Description", "LocationUri", "Parameters") if key in found}
    parameters = {**kept.pop("Parameters", {}), **properties}
    place.glue.update_database(Name=name, DatabaseInput={"Name": name, **kept, "Parameters": parameters})
    return StatementResult()


def show_databases(place: Place, pattern: str | None) -> StatementResult:
    return lines("database_name", [one for one in place.catalog.databases() if fits(one, pattern)])


def fits(name: str, pattern: str | None) -> bool:
    """Say whether a name fits a pattern of SHOW: a regular expression, with `*` and `|` as Hive has them."""
    try:
        return pattern is None or re.fullmatch(pattern.replace("*", ".*").replace("%", ".*"), name) is not None
    except re.error as error:
        raise StatementError(f"FAILED: SemanticException the pattern {pattern!r} is not valid: {error}") from error
