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
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    StringType,
    TimestampType,
)
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
from glue_emulator.athena.statements.written_files import as_columns
from glue_emulator.athena.statements.written_types import require_fit, require_names

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


def refuse_iceberg(table: Table, what: str) -> None:
    """Refuse what Athena does to other tables alone."""
    if is_iceberg(table):
        raise StatementError(f"NOT_SUPPORTED: {what} is not supported for Iceberg tables")


def _target(place: Place, node: exp.Table) -> tuple[Table, str]:
    """Return the table that a statement changes, and the name that its expressions call it by."""
    name = Name((node.db or place.database).lower(), node.name.lower())
    return iceberg_named(place, name), node.alias or node.name


def _identifier(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("trino")


def _source(table: Table, alias: str, more: str = "") -> str:
    return f"(select *{more} from {_identifier(table.database)}.{_identifier(table.name)}) as {_identifier(alias)}"


class Slots:
    """Parts of a statement on their way into a query: text names them, the parsed query gets them as they are.

    Text made of an expression would lose what the parser knows of it, such as that `decimal '1.10'` is a literal.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, exp.Expr] = {}

    def put(self, node: exp.Expr) -> str:
        """Return the name by which a query's text calls an expression or a table."""
        name = f"slot {len(self._nodes)}"
        kept = node.copy()
        for column in kept.find_all(exp.Column):
            # the query calls the table by its alias alone, the statement may have its database too
            column.set("db", None)
        self._nodes[name] = kept if isinstance(node, exp.Table | exp.Subquery | exp.Values) else exp.paren(kept)
        return _identifier(name)

    def query(self, sql: str) -> exp.Expr:
        """Return the query of a text with the parts that it names."""
        query = parse(sql)
        for node in list(query.find_all(exp.Column, exp.Table)):
            if node.name in self._nodes:
                node.replace(self._nodes[node.name].copy())
        return query


def _rows(place: Place, query: exp.Expr, fitting: Table | None = None) -> tuple[pa.Table, int]:
    """Return the rows of a query, which have to fit a table's columns if one is given, and the bytes scanned."""
    with answering(query, place) as found:
        if fitting is not None:
            require_fit(fitting.columns, [name for name, _ in fitting.columns], found)
        return found.arrow(), found.scanned


def delete(place: Place, text: str) -> StatementResult:
    """DELETE FROM: the rows for which the condition is not true stay."""
    statement = _parsed(text, exp.Delete)
    table, alias = _target(place, statement.this)
    slots = Slots()
    condition = _where(statement, slots)
    columns = ", ".join(there for _, there in _columns(table, alias))
    kept, scanned = _rows(
        place, slots.query(f"select {columns} from {_source(table, alias)} where not coalesce({condition}, false)")
    )
    before = place.iceberg.rows(table).num_rows
    place.iceberg.replace(table.database, table.name, kept)
    return StatementResult(scanned=scanned, written=before - kept.num_rows)


def _where(statement: exp.Expr, slots: Slots) -> str:
    where = statement.args.get("where")
    return slots.put(where.this) if where is not None else "true"


def update(place: Place, text: str) -> StatementResult:
    """UPDATE: the columns of rows for which the condition is true get new values."""
    statement = _parsed(text, exp.Update)
    table, alias = _target(place, statement.this)
    slots = Slots()
    condition = _where(statement, slots)
    new = _assignments(table, statement.expressions, slots)
    columns = ", ".join(
        f"if({condition}, {new[name]}, {there}) as {_identifier(name)}"
        if name in new
        else f"{there} as {_identifier(name)}"
        for name, there in _columns(table, alias)
    )
    rows, scanned = _rows(place, slots.query(f"select {columns} from {_source(table, alias)}"), table)
    changed = _count(place, slots.query(f"select count(*) as n from {_source(table, alias)} where {condition}"))
    place.iceberg.replace(table.database, table.name, as_columns(rows, table.columns))
    return StatementResult(scanned=scanned, written=changed)


def _count(place: Place, query: exp.Expr) -> int:
    return int(_rows(place, query)[0]["n"][0].as_py())


def _parsed(text: str, kind: type[exp.Expr]) -> exp.Expr:
    statement = parse(text)
    if not isinstance(statement, kind):
        raise StatementError("SYNTAX_ERROR: line 1:1: mismatched input")
    return statement


def _columns(table: Table, alias: str) -> list[tuple[str, str]]:
    return [(name, f"{_identifier(alias)}.{_identifier(name)}") for name, _ in table.columns]


def _assignments(table: Table, expressions: list[exp.Expr], slots: Slots) -> dict[str, str]:
    """Return the values of SET by column."""
    names = [one.this.name.lower() for one in expressions]
    known = {name for name, _ in table.columns}
    for name in names:
        if name not in known:
            raise StatementError(f"COLUMN_NOT_FOUND: The UPDATE SET target column {name} doesn't exist")
        if names.count(name) > 1:
            raise StatementError(f"SYNTAX_ERROR: line 1:1: Multiple assignments to same column '{name}'")
    return {name: slots.put(one.expression) for name, one in zip(names, expressions, strict=True)}


TARGET_ROW, MATCHED = "merge_target_row", "merge_source_row"


def merge(place: Place, text: str) -> StatementResult:
    """MERGE INTO: each row by the first WHEN whose condition is true."""
    statement = _parsed(text, exp.Merge)
    table, alias = _target(place, statement.this)
    slots = Slots()
    using = statement.args["using"]
    source_alias = using.alias or using.name
    source = f"(select *, 1 as {MATCHED} from {slots.put(using)}) as {_identifier(source_alias)}"
    target = _source(table, alias, f", row_number() over () as {TARGET_ROW}")
    on = slots.put(statement.args["on"])
    both = f"{target} join {source} on {on}"
    _refuse_several(place, slots, both, alias)
    whens = statement.args["whens"].expressions
    matched = [one for one in whens if one.args.get("matched")]
    left = f"{target} left join {source} on {on}"
    kept, scanned = _rows(place, slots.query(_kept(table, alias, left, source_alias, matched, slots)), table)
    changed = 0
    if matched:
        any_of = " or ".join(_condition(one, slots) for one in matched)
        changed = _count(place, slots.query(f"select count(*) as n from {both} where {any_of}"))
    parts = [kept]
    for number, one in enumerate(whens):
        if not one.args.get("matched"):
            before = [_condition(other, slots) for other in whens[:number] if not other.args.get("matched")]
            joined = f"{source} left join {target} on {on}"
            added = slots.query(_inserted(table, alias, joined, one, before, slots))
            parts.append(_rows(place, added, table)[0])
            changed += parts[-1].num_rows
    rows = pa.concat_tables([as_columns(part, table.columns) for part in parts])
    place.iceberg.replace(table.database, table.name, rows)
    return StatementResult(scanned=scanned, written=changed)


def _condition(when: exp.Expr, slots: Slots) -> str:
    found = when.args.get("condition")
    return slots.put(found) if found is not None else "true"


def _refuse_several(place: Place, slots: Slots, joined: str, alias: str) -> None:
    row = f"{_identifier(alias)}.{TARGET_ROW}"
    query = slots.query(f"select {row} as n from {joined} group by {row} having count(*) > 1 limit 1")
    if _rows(place, query)[0].num_rows:
        raise StatementError(
            "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row"
        )


def _kept(table: Table, alias: str, joined: str, source_alias: str, matched: list[exp.Expr], slots: Slots) -> str:
    """Return the query of the target's rows: changed, as they are, or left out."""
    is_matched = f"{_identifier(source_alias)}.{MATCHED} is not null"
    cases = [f"when {is_matched} and {_condition(one, slots)}" for one in matched]
    news = [_assignments(table, one.args["then"].expressions, slots) if _is_update(one) else {} for one in matched]
    columns = []
    for name, there in _columns(table, alias):
        branches = " ".join(f"{case} then {new.get(name, there)}" for case, new in zip(cases, news, strict=True))
        value = f"case {branches} else {there} end" if branches else there
        columns.append(f"{value} as {_identifier(name)}")
    acts = " ".join(
        f"{case} then {'true' if _is_update(one) else 'false'}" for case, one in zip(cases, matched, strict=True)
    )
    where = f" where case {acts} else true end" if acts else ""
    return f"select {', '.join(columns)} from {joined}{where}"


def _is_update(when: exp.Expr) -> bool:
    return isinstance(when.args["then"], exp.Update)


def _inserted(table: Table, alias: str, joined: str, when: exp.Expr, before: list[str], slots: Slots) -> str:
    """Return the query of the rows that a WHEN NOT MATCHED adds."""
    then = when.args["then"]
    named = [one.name.lower() for one in then.this.expressions] if then.this is not None else []
    names = named or [name for name, _ in table.columns]
    given = then.expression.expressions if isinstance(then.expression, exp.Tuple) else [then.expression]
    require_names(table.columns, names)
    if len(names) != len(given):
        raise StatementError("TYPE_MISMATCH: line 1:1: MERGE case insert column count does not match expression count")
    values = {name: slots.put(one) for name, one in zip(names, given, strict=True)}
    columns = [f"{values.get(name, 'null')} as {_identifier(name)}" for name, _ in table.columns]
    conditions = [f"{_identifier(alias)}.{TARGET_ROW} is null", _condition(when, slots)]
    conditions += [f"not coalesce({one}, false)" for one in before]
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
    old, new, kind = text.replace("`", "").lower().split(None, 2)
    wider = _wider(kind.strip())
    if old != new:
        schema.rename_column(old, new)
    if wider is not None:
        schema.update_column(old, field_type=wider)


WIDER: dict[str, Any] = {
    "boolean": BooleanType,
    "int": IntegerType,
    "bigint": LongType,
    "float": FloatType,
    "double": DoubleType,
    "string": StringType,
    "date": DateType,
    "timestamp": TimestampType,
    "binary": BinaryType,
}


def _wider(kind: str) -> Any:
    """Return the type that a column gets, which PyIceberg refuses where it is not wider."""
    if kind in WIDER:
        return WIDER[kind]()
    found = re.fullmatch(r"decimal\((\d+)\s*,\s*(\d+)\)", kind)
    if found is None:
        raise StatementError(f"NOT_SUPPORTED: CHANGE COLUMN to {kind} is not supported here")
    return DecimalType(int(found[1]), int(found[2]))


def add_columns(place: Place, table: Table, columns: list[dict[str, str]]) -> StatementResult:
    """ALTER TABLE ADD COLUMNS of an Iceberg table."""
    there = {name for name, _ in table.columns}
    for one in columns:
        if one["Name"] in there:
            raise StatementError(f"COLUMN_ALREADY_EXISTS: Column '{one['Name']}' already exists")
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
