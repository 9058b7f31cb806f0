"""What Athena does to Iceberg tables alone: DELETE, UPDATE, MERGE, changes of columns, OPTIMIZE and VACUUM.

Rows are changed by copying: the table's rows as they shall be are written as a new snapshot.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyiceberg.exceptions import ValidationError
from pyiceberg.types import DecimalType, DoubleType, FloatType, IntegerType, LongType
from sqlglot import exp

from awsglue_local.athena.sql_text import parse
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.table import Table
from glue_emulator.athena.statements.statement import (
    Name,
    Place,
    StatementError,
    StatementResult,
    answering,
    lines,
    table_named,
)

TABLE_TYPE = "table_type"


def is_iceberg(table: Table) -> bool:
    """Say whether a table of the catalog is an Iceberg table."""
    return table.parameters.get(TABLE_TYPE, "").upper() == "ICEBERG"


def iceberg_named(place: Place, name: Name) -> Table:
    """Return an Iceberg table; StatementError where it is none."""
    table = table_named(place, name)
    if not is_iceberg(table):
        raise StatementError("NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables")
    return table


def _target(place: Place, node: exp.Table) -> tuple[Table, str]:
    """Return the table that a statement changes, and the name that its expressions call it by."""
    name = Name((node.db or place.database).lower(), node.name.lower())
    return iceberg_named(place, name), node.alias or node.name


def _identifier(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("trino")


def _source(table: Table, alias: str, more: str = "") -> str:
    return f"(select *{more} from {_identifier(table.database)}.{_identifier(table.name)}) as {_identifier(alias)}"


def _rows(place: Place, sql: str) -> tuple[pa.Table, int]:
    with answering(parse(sql), place) as found:
        return found.arrow(), found.scanned


def delete(place: Place, text: str) -> StatementResult:
    """DELETE FROM: the rows for which the condition is not true stay."""
    statement = _parsed(text, exp.Delete)
    table, alias = _target(place, statement.this)
    where = statement.args.get("where")
    condition = where.this.sql("trino") if where is not None else "true"
    columns = ", ".join(f"{_identifier(alias)}.{_identifier(name)}" for name, _ in table.columns)
    kept, scanned = _rows(
        place, f"select {columns} from {_source(table, alias)} where not coalesce({condition}, false)"
    )
    before = place.iceberg.rows(table).num_rows
    place.iceberg.replace(table.database, table.name, kept)
    return StatementResult(scanned=scanned, written=before - kept.num_rows)


def update(place: Place, text: str) -> StatementResult:
    """UPDATE: the columns of rows for which the condition is true get new values."""
    statement = _parsed(text, exp.Update)
    table, alias = _target(place, statement.this)
    where = statement.args.get("where")
    condition = where.this.sql("trino") if where is not None else "true"
    new = _assignments(table, statement.expressions)
    columns = ", ".join(
        f"if({condition}, {new[name]}, {there}) as {_identifier(name)}"
        if name in new
        else f"{there} as {_identifier(name)}"
        for name, there in _columns(table, alias)
    )
    rows, scanned = _rows(place, f"select {columns} from {_source(table, alias)}")
    changed, _ = _rows(place, f"select count(*) as n from {_source(table, alias)} where {condition}")
    place.iceberg.replace(table.database, table.name, rows)
    return StatementResult(scanned=scanned, written=changed["n"][0].as_py())


def _parsed(text: str, kind: type[exp.Expr]) -> exp.Expr:
    statement = parse(text)
    if not isinstance(statement, kind):
        raise StatementError("SYNTAX_ERROR: line 1:1: mismatched input")
    return statement


def _columns(table: Table, alias: str) -> list[tuple[str, str]]:
    return [(name, f"{_identifier(alias)}.{_identifier(name)}") for name, _ in table.columns]


def _assignments(table: Table, expressions: list[exp.Expr]) -> dict[str, str]:
    """Return the values of SET by column."""
    new = {one.this.name.lower(): one.expression.sql("trino") for one in expressions}
    unknown = set(new) - {name for name, _ in table.columns}
    if unknown:
        raise StatementError(f"COLUMN_NOT_FOUND: The UPDATE SET target column {sorted(unknown)[0]} doesn't exist")
    return new


TARGET_ROW, MATCHED = "merge_target_row", "merge_source_row"


def merge(place: Place, text: str) -> StatementResult:
    """MERGE INTO: each row by the first WHEN whose condition is true."""
    statement = _parsed(text, exp.Merge)
    table, alias = _target(place, statement.this)
    using = statement.args["using"]
    source_alias = using.alias or using.name
    inner = using.copy()
    inner.set("alias", None)
    given = inner.sql("trino")
    source = f"(select *, 1 as {MATCHED} from {given}) as {_identifier(source_alias)}"
    target = _source(table, alias, f", row_number() over () as {TARGET_ROW}")
    on = statement.args["on"].sql("trino")
    whens = statement.args["whens"].expressions
    _refuse_several(place, f"{target} join {source} on {on}", alias)
    matched = [one for one in whens if one.args.get("matched")]
    kept, scanned = _rows(place, _kept(table, alias, f"{target} left join {source} on {on}", source_alias, matched))
    parts = [kept]
    for number, one in enumerate(whens):
        if not one.args.get("matched"):
            before = [_condition(other) for other in whens[:number] if not other.args.get("matched")]
            joined = f"{source} left join {target} on {on}"
            parts.append(_rows(place, _inserted(table, alias, joined, one, before))[0])
    schema = pa.schema([(name, arrow_type(kind)) for name, kind in table.columns])
    rows = pa.concat_tables([part.cast(schema) for part in parts])
    place.iceberg.replace(table.database, table.name, rows)
    return StatementResult(scanned=scanned, written=rows.num_rows)


def _condition(when: exp.Expr) -> str:
    found = when.args.get("condition")
    return found.sql("trino") if found is not None else "true"


def _refuse_several(place: Place, joined: str, alias: str) -> None:
    row = f"{_identifier(alias)}.{TARGET_ROW}"
    found, _ = _rows(place, f"select {row} as n from {joined} group by {row} having count(*) > 1 limit 1")
    if found.num_rows:
        raise StatementError(
            "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row"
        )


def _kept(table: Table, alias: str, joined: str, source_alias: str, matched: list[exp.Expr]) -> str:
    """Return the query of the target's rows: changed, as they are, or left out."""
    is_matched = f"{_identifier(source_alias)}.{MATCHED} is not null"
    news = [_assignments(table, one.args["then"].expressions) if _is_update(one) else {} for one in matched]
    columns = []
    for name, there in _columns(table, alias):
        branches = " ".join(
            f"when {is_matched} and {_condition(one)} then {new.get(name, there)}"
            for one, new in zip(matched, news, strict=True)
        )
        value = f"case {branches} else {there} end" if branches else there
        columns.append(f"{value} as {_identifier(name)}")
    acts = " ".join(
        f"when {is_matched} and {_condition(one)} then {'true' if _is_update(one) else 'false'}" for one in matched
    )
    where = f" where case {acts} else true end" if acts else ""
    return f"select {', '.join(columns)} from {joined}{where}"


def _is_update(when: exp.Expr) -> bool:
    return isinstance(when.args["then"], exp.Update)


def _inserted(table: Table, alias: str, joined: str, when: exp.Expr, before: list[str]) -> str:
    """Return the query of the rows that a WHEN NOT MATCHED adds."""
    then = when.args["then"]
    named = [one.name.lower() for one in then.this.expressions] if then.this is not None else []
    names = named or [name for name, _ in table.columns]
    values = dict(zip(names, [one.sql("trino") for one in then.expression.expressions], strict=True))
    columns = [
        f"{values[name]} as {_identifier(name)}" if name in values else f"null as {_identifier(name)}"
        for name, _ in table.columns
    ]
    conditions = [f"{_identifier(alias)}.{TARGET_ROW} is null", f"({_condition(when)})"]
    conditions += [f"not coalesce(({one}), false)" for one in before]
    return f"select {', '.join(columns)} from {joined} where {' and '.join(conditions)}"


# columns and names

COLUMN = re.compile(r"\s*[`\"]?(\w+)[`\"]?\s+(.+?)\s*", re.DOTALL)


def change(place: Place, name: Name, word: str, text: str) -> StatementResult:
    """ALTER TABLE ... DROP COLUMN, CHANGE COLUMN, RENAME TO."""
    table = iceberg_named(place, name)
    rest, word = text.strip(), word.lower()
    if word == "rename":
        found = re.fullmatch(r"to\s+[`\"]?([\w.`\"]+)[`\"]?", rest, re.IGNORECASE)
        if found is None:
            raise StatementError(f"FAILED: ParseException mismatched input '{rest}'")
        parts = re.split(r"[`\"]?\.[`\"]?", found[1].strip('`"').lower())
        place.iceberg.rename(table.database, table.name, (parts[0] if len(parts) > 1 else table.database, parts[-1]))
        return StatementResult()
    try:
        with place.iceberg.load(table.database, table.name).update_schema() as schema:
            _change_column(schema, word, re.sub(r"(?i)^column\s+", "", rest))
    except (ValueError, ValidationError) as error:
        raise StatementError(f"ICEBERG_VALIDATION_ERROR: {error}") from error
    return StatementResult()


def _change_column(schema: Any, word: str, text: str) -> None:
    """Drop a column, or give it another name and a wider type: ValueError, ValidationError."""
    if word == "drop":
        schema.delete_column(text.strip('`" ').lower())
        return
    old, new, kind = text.replace("`", "").split(None, 2)
    if old.lower() != new.lower():
        schema.rename_column(old.lower(), new.lower())
    _widen(schema, old.lower(), kind)


WIDER: dict[str, Any] = {"int": IntegerType, "bigint": LongType, "float": FloatType, "double": DoubleType}


def _widen(schema: Any, column: str, kind: str) -> None:
    """Give a column a wider type; PyIceberg refuses any other change."""
    wanted = WIDER.get(kind.strip().lower())
    if wanted is not None:
        schema.update_column(column, field_type=wanted())
    elif found := re.fullmatch(r"decimal\((\d+)\s*,\s*(\d+)\)", kind.strip().lower()):
        schema.update_column(column, field_type=DecimalType(int(found[1]), int(found[2])))


def add_columns(place: Place, table: Table, columns: list[dict[str, str]]) -> StatementResult:
    """ALTER TABLE ADD COLUMNS of an Iceberg table."""
    new = pa.schema([(one["Name"], arrow_type(one["Type"])) for one in columns])
    with place.iceberg.load(table.database, table.name).update_schema() as schema:
        schema.union_by_name(new)
    return StatementResult()


def maintain(place: Place, text: str) -> StatementResult:
    """OPTIMIZE and VACUUM: nothing is done, rows and snapshots are as they were; the result says so."""
    found = re.match(r"(?:optimize|vacuum)\s+([\w.\"`]+)", text, re.IGNORECASE)
    parts = [one.strip('`"').lower() for one in found[1].split(".")] if found else [""]
    iceberg_named(place, Name(parts[-2] if len(parts) > 1 else "", parts[-1]))
    return lines("result", [f"{text.split()[0].upper()}: nothing to do here, the files stay as they are"])


def created(place: Place, table: Table, partitioning: list[str], properties: dict[str, str]) -> StatementResult:
    """CREATE TABLE of an Iceberg table."""
    for column, kind in table.columns:
        if kind in ("tinyint", "smallint") or kind.startswith("char("):
            raise StatementError(f"NOT_SUPPORTED: Type not supported for Iceberg: {kind} of {column}")
    place.iceberg.create(table, partitioning, properties)
    return StatementResult()


DML: dict[str, Callable[[Place, str], StatementResult]] = {
    "delete": delete,
    "update": update,
    "merge": merge,
    "optimize": maintain,
    "vacuum": maintain,
}
"""Statements by their first word."""
