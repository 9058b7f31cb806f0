"""Queries: SELECT, joins, set operations, WITH, VALUES, UNNEST.

https://trino.io/docs/current/sql/select.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from awsglue_local.athena.trino.aggregation import (
    order_key,
    ordered_text,
    refuse_aggregates,
    window_text,
)
from awsglue_local.athena.trino.casts import coerce
from awsglue_local.athena.trino.errors import QueryRefused, mismatch, not_supported
from awsglue_local.athena.trino.expressions import condition, translate_value
from awsglue_local.athena.trino.operators import compared
from awsglue_local.athena.trino.scope import Field, Scope, Value, visible
from awsglue_local.athena.trino.translation import Rows, Translation, identifier
from awsglue_local.athena.trino.types import (
    BIGINT,
    UNKNOWN,
    Type,
    common,
    field_names,
    field_types,
)


@dataclass
class Source:
    """A part of FROM: its text, and the columns that it gives."""

    sql: str
    fields: list[Field]


@dataclass
class Common(Scope):
    """The scope of a query with the tables of its WITH."""

    tables: dict[str, Rows] = field(default_factory=dict)


def translate_query(t: Translation, node: exp.Expr, scope: Scope | None = None) -> Rows:
    """Translate a query.

    Parameters
    ----------
    scope
        Of the query around it.

    Raises
    ------
    QueryRefused
        As Athena refuses it, or because this cannot be translated.
    """
    with_ = node.args.get("with_")
    if with_ is None:
        return _body(t, node, scope)
    inner = Common([], scope)
    texts = [_common_table(t, one, inner, bool(with_.args.get("recursive"))) for one in with_.expressions]
    rows = _body(t, node, inner)
    return Rows(
        f"WITH {'RECURSIVE ' if with_.args.get('recursive') else ''}{', '.join(texts)} {rows.sql}", rows.columns
    )


def _common_table(t: Translation, node: exp.CTE, scope: Common, is_recursive: bool) -> str:
    name = node.alias.lower()
    if name in scope.tables:
        raise QueryRefused("DUPLICATE_NAMED_QUERY", f"WITH query name '{name}' specified more than once", node)
    names = [one.name for one in node.args["alias"].columns]
    inner = t.new_name("with_")
    if is_recursive and names and isinstance(node.this, exp.Union) and _names_table(node.this.expression, name):
        first = translate_query(t, node.this.this, scope)
        columns = [
            (given, f"c{number}", kind)
            for number, (given, (_, _, kind)) in enumerate(zip(names, first.columns, strict=True))
        ]
        scope.tables[name] = Rows(inner, columns)
        second = translate_query(t, node.this.expression, scope)
        parts = [_converted(t, rows, [kind for _, _, kind in columns], node) for rows in (first, second)]
        listed = ", ".join(f"c{number}" for number in range(len(columns)))
        return f"{inner}({listed}) AS ({parts[0]} UNION {'' if node.this.args.get('distinct') else 'ALL '}{parts[1]})"
    rows = translate_query(t, node.this, scope)
    if names and len(names) != len(rows.columns):
        raise QueryRefused(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(names)} entries but WITH query has {len(rows.columns)} columns",
            node,
        )
    given = names or [one for one, _, _ in rows.columns]
    columns = [(one, there, kind) for one, (_, there, kind) in zip(given, rows.columns, strict=True)]
    scope.tables[name] = Rows(inner, columns)
    return f"{inner} AS ({t.shared(node, rows.sql)})"


def _names_table(node: exp.Expr, name: str) -> bool:
    return any(one.name.lower() == name and not one.db for one in node.find_all(exp.Table))


def _body(t: Translation, node: exp.Expr, scope: Scope | None) -> Rows:
    if isinstance(node, exp.Subquery):
        return _wrapped(t, node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(t, node, scope)
    if isinstance(node, exp.Values):
        return _values(t, node, scope)
    if isinstance(node, exp.Select):
        return Selection(t, node, scope).rows()
    if isinstance(node, exp.Table) and not node.args.get("joins"):
        return Selection(t, exp.select("*").from_(node.copy()), scope).rows()
    raise not_supported(f"{type(node).__name__} as a query", node)


def _wrapped(t: Translation, node: exp.Subquery, scope: Scope | None) -> Rows:
    inner = node.this
    rows = translate_query(t, inner, scope)
    if not any(node.args.get(one) for one in ("order", "limit", "offset")):
        return rows
    return _ordered(t, node, rows, scope)


def _ordered(t: Translation, node: exp.Expr, rows: Rows, scope: Scope | None) -> Rows:
    """Order and limit the rows of a query by its columns."""
    alias = t.new_name("q")
    inside = Scope(rows.fields(alias), scope)
    order = node.args.get("order")
    text = f"SELECT * FROM ({rows.sql}) AS {alias}"
    if order is not None:
        keys = [ordered_text(one, _column_key(t, one, inside, rows, alias)) for one in order.expressions]
        text += f" ORDER BY {', '.join(keys)}"
    return Rows(text + _limits(node), rows.columns)


def _column_key(t: Translation, node: exp.Expr, scope: Scope, rows: Rows, alias: str) -> str:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        number = _ordinal(node.this, len(rows.columns), "ORDER BY")
        return order_key(rows.fields(alias)[number].value, node)
    return order_key(t.value(t, node.this, scope), node)


def _ordinal(node: exp.Expr, count: int, clause: str) -> int:
    if not node.name.isdigit() or not 1 <= int(node.name) <= count:
        raise QueryRefused("INVALID_COLUMN_REFERENCE", f"{clause} position {node.name} is not in select list", node)
    return int(node.name) - 1


def _limits(node: exp.Expr) -> str:
    text = ""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if isinstance(limit, exp.Fetch):
        if limit.args.get("limit_options") is not None and "TIES" in limit.args["limit_options"].sql().upper():
            raise not_supported("WITH TIES", limit)
        count = limit.args.get("count")
        rows = _count(count, "FETCH FIRST") if count is not None else "1"
        if int(rows) < 1:
            words = f"FETCH FIRST row count must be positive (actual value: {rows})"
            raise QueryRefused("NUMERIC_VALUE_OUT_OF_RANGE", words, limit)
        text += f" LIMIT {rows}"
    elif limit is not None:
        is_all = isinstance(limit.expression, exp.Column) and limit.expression.name.lower() == "all"
        text += (
            "" if is_all or limit.expression.sql().upper() == "ALL" else f" LIMIT {_count(limit.expression, 'LIMIT')}"
        )
    if offset is not None:
        text += f" OFFSET {_count(offset.expression, 'OFFSET')}"
    return text


def _count(node: exp.Expr, clause: str) -> str:
    while isinstance(node, exp.Paren):
        node = node.this
    if not (isinstance(node, exp.Literal) and node.name.isdigit()):
        raise QueryRefused(
            "SYNTAX_ERROR", f"mismatched input '{node.sql('trino')}' after {clause}. Expecting: <integer>", node
        )
    return str(node.name)


def _values(t: Translation, node: exp.Values, scope: Scope | None) -> Rows:
    place = scope or Scope()
    rows = [
        [t.value(t, one, place) for one in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in node.expressions
    ]
    if len({len(one) for one in rows}) > 1:
        raise mismatch("Values rows have mismatched sizes", node)
    kinds = [_met([row[number].type for row in rows], node) for number in range(len(rows[0]))]
    texts = [
        f"({', '.join(coerce(t, one, kind, node).sql for one, kind in zip(row, kinds, strict=True))})" for row in rows
    ]
    names = [f"c{number}" for number in range(len(kinds))]
    alias = t.new_name("q")
    text = f"SELECT * FROM (VALUES {', '.join(texts)}) AS {alias}({', '.join(names)})"
    return Rows(
        text, [(f"_col{number}", name, kind) for number, (name, kind) in enumerate(zip(names, kinds, strict=True))]
    )


def _met(kinds: list[Type], node: exp.Expr) -> Type:
    met = UNKNOWN
    for kind in kinds:
        both = common(met, kind)
        if both is None:
            raise mismatch(f"Values rows have mismatched types: {met} vs {kind}", node)
        met = both
    return met


SET_WORDS: dict[type[exp.Expr], str] = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


def _set_operation(t: Translation, node: exp.SetOperation, scope: Scope | None) -> Rows:
    left, right = translate_query(t, node.this, scope), translate_query(t, node.expression, scope)
    word = SET_WORDS[type(node)]
    if len(left.columns) != len(right.columns):
        raise mismatch(f"{word} query has different number of fields: {len(left.columns)}, {len(right.columns)}", node)
    kinds = []
    for number, ((_, _, one), (_, _, other)) in enumerate(zip(left.columns, right.columns, strict=True), 1):
        met = common(one, other)
        if met is None:
            raise mismatch(f"column {number} in {word} query has incompatible types: {one}, {other}", node)
        kinds.append(met)
    texts = [_converted(t, rows, kinds, node) for rows in (left, right)]
    every = "" if node.args.get("distinct") else " ALL"
    text = f"({texts[0]}) {word}{every} ({texts[1]})"
    columns = [
        (name, f"c{number}", kind) for number, ((name, _, _), kind) in enumerate(zip(left.columns, kinds, strict=True))
    ]
    rows = Rows(text, columns)
    return _ordered(t, node, rows, scope) if any(node.args.get(one) for one in ("order", "limit", "offset")) else rows


def _converted(t: Translation, rows: Rows, kinds: Sequence[Type], node: exp.Expr) -> str:
    """Return a query whose columns c0, c1, ... have other types."""
    alias = t.new_name("q")
    columns = [
        f"{coerce(t, one.value, kind, node).sql} AS c{number}"
        for number, (one, kind) in enumerate(zip(rows.fields(alias), kinds, strict=True))
    ]
    return f"SELECT {', '.join(columns)} FROM ({rows.sql}) AS {alias}"


# FROM


def _source(t: Translation, node: exp.Expr, scope: Scope, left: list[Field]) -> Source:
    """Translate a part of FROM; a lateral one sees what stands left of it."""
    alias_node = node.args.get("alias")
    alias = alias_node.name if isinstance(alias_node, exp.TableAlias) else ""
    names = [one.name for one in alias_node.columns] if isinstance(alias_node, exp.TableAlias) else []
    if isinstance(node, exp.Unnest):
        return unnest(t, node, Scope(left, scope), alias, names)
    if isinstance(node, exp.Lateral):
        if not isinstance(node.this, exp.Subquery | exp.Query):
            raise not_supported("LATERAL of something else than a query", node)
        return _derived(t, translate_query(t, node.this, Scope(left, scope)), alias, names, node, "LATERAL ")
    if isinstance(node, exp.Table):
        return _sampled(node, _table(t, node, scope, alias, names))
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        return _joined_group(t, node, scope)
    if isinstance(node, exp.Subquery | exp.Values | exp.Query):
        inner = node.this if isinstance(node, exp.Subquery) and not _has_limits(node) else node
        outer = Scope([], scope) if scope is not None else None
        return _sampled(node, _derived(t, translate_query(t, inner, outer), alias, names, node))
    raise not_supported(f"{type(node).__name__} in FROM", node)


def _has_limits(node: exp.Expr) -> bool:
    return any(node.args.get(one) for one in ("order", "limit", "offset", "with_"))


def _sampled(node: exp.Expr, source: Source) -> Source:
    sample = node.args.get("sample")
    if sample is None:
        return source
    raise not_supported("TABLESAMPLE", sample)


def _joined_group(t: Translation, node: exp.Subquery, scope: Scope) -> Source:
    table = node.this.copy()
    joins = table.args.get("joins") or []
    table.set("joins", None)
    if node.alias:
        raise not_supported("an alias of joined tables", node)
    source = from_clause(t, table, joins, scope)
    return Source(f"({source.sql})", source.fields)


def _table(t: Translation, node: exp.Table, scope: Scope, alias: str, names: list[str]) -> Source:
    if isinstance(node.this, exp.Anonymous | exp.Func):
        return _table_function(t, node, scope, alias, names)
    if node.args.get("pivots") or node.args.get("hints"):
        raise not_supported("this form of a table", node)
    rows = None if node.db else _common_of(scope, node.name.lower())
    if rows is not None:
        inner = t.new_name("r")
        return Source(f"{rows.sql} AS {inner}", _named(rows, inner, alias or node.name, "", names, node))
    database = (node.db or t.database).lower()
    rows = t.tables(database, node.name.lower(), node)
    inner = t.new_name("r")
    source = rows.sql if rows.sql[0] == '"' else f"({rows.sql})"
    return Source(
        f"{source} AS {inner}", _named(rows, inner, alias or node.name, "" if alias else database, names, node)
    )


def _common_of(scope: Scope | None, name: str) -> Rows | None:
    while scope is not None:
        if isinstance(scope, Common) and name in scope.tables:
            return scope.tables[name]
        scope = scope.parent
    return None


def _table_function(t: Translation, node: exp.Table, scope: Scope, alias: str, names: list[str]) -> Source:
    call = node.this
    if call.name.lower() != "sequence":
        raise QueryRefused("FUNCTION_NOT_FOUND", f"Table function '{call.name.lower()}' not registered", node)
    given = [one.expression if isinstance(one, exp.Kwarg | exp.PropertyEQ) else one for one in call.expressions]
    numbers = [t.value(t, one, scope).sql for one in given]
    step = numbers[2] if len(numbers) > 2 else "1"
    rows = Rows(
        f"SELECT unnest(generate_series({numbers[0]}, {numbers[1]}, {step})) AS c0",
        [("sequential_number", "c0", BIGINT)],
    )
    return _derived(t, rows, alias, names, node)


def _derived(t: Translation, rows: Rows, alias: str, names: list[str], node: exp.Expr, word: str = "") -> Source:
    inner = t.new_name("r")
    return Source(f"{word}({rows.sql}) AS {inner}", _named(rows, inner, alias, "", names, node))


def _named(rows: Rows, inner: str, alias: str, schema: str, names: list[str], node: exp.Expr) -> list[Field]:
    shown = [one for one in rows.columns if not one[0].startswith("$")]
    if names and len(names) != len(shown):
        words = f"Column alias list has {len(names)} entries but '{alias}' has {len(shown)} columns available"
        raise QueryRefused("MISMATCHED_COLUMN_ALIASES", words, node)
    fields = Rows(rows.sql, shown).fields(inner, alias.lower(), schema, names)
    hidden = [one for one in rows.columns if one[0].startswith("$")]
    return fields + [
        Field(name, Value(f"{inner}.{identifier(there)}", kind), alias.lower(), schema, True)
        for name, there, kind in hidden
    ]


def unnest(t: Translation, node: exp.Unnest, scope: Scope, alias: str, names: list[str]) -> Source:
    """Translate UNNEST of arrays and maps side by side; the shorter are filled with nulls."""
    values = [t.value(t, one, scope) for one in node.expressions]
    lists: list[str] = []
    columns: list[tuple[str, Type]] = []
    for value in values:
        name = f"u{len(lists)}"
        if value.type.name == "map":
            lists.append(f"map_entries({value.sql}) AS {name}")
            columns += [
                (f"struct_extract(e.{name}, 'key')", value.type.key),
                (f"struct_extract(e.{name}, 'value')", value.type.value),
            ]
        elif value.type.name == "array" and value.type.element.name == "row":
            lists.append(f"{value.sql} AS {name}")
            parts = zip(field_names(value.type.element), field_types(value.type.element), strict=True)
            columns += [(f"e.{name}.{one}", kind) for one, kind in parts]
        elif value.type.name == "array":
            lists.append(f"{value.sql} AS {name}")
            columns.append((f"e.{name}", value.type.element))
        else:
            raise mismatch(f"Cannot unnest type: {value.type}", node)
    texts = [f"{text} AS c{number}" for number, (text, _) in enumerate(columns)]
    rows = [(f"c{number}", kind) for number, (_, kind) in enumerate(columns)]
    sizes = ", ".join(f"coalesce(len(l.u{number}), 0)" for number in range(len(lists)))
    given = ", ".join(f"unnest(l.u{number}) AS u{number}" for number in range(len(lists)))
    counted = f"unnest(range(1, CAST(greatest({sizes}, 0) AS BIGINT) + 1)) AS n"
    if node.args.get("offset"):
        texts.append(f"e.n AS c{len(columns)}")
        rows.append((f"c{len(columns)}", BIGINT))
        if names and isinstance(node.args["offset"], exp.Identifier) and len(names) < len(rows):
            names = [*names, node.args["offset"].name]
    inner = t.new_name("r")
    side_by_side = f"SELECT {given}, {counted} FROM (SELECT {', '.join(lists)}) AS l"
    text = f"LATERAL (SELECT {', '.join(texts)} FROM ({side_by_side}) AS e) AS {inner}"
    given_names = [_field_name(values, number) for number in range(len(rows))]
    made = Rows("", [(given_names[number], name, kind) for number, (name, kind) in enumerate(rows)])
    return Source(text, _named(made, inner, alias, "", names, node))


def _field_name(values: list[Value], number: int) -> str:
    names: list[str] = []
    for value in values:
        if value.type.name == "map":
            names += ["", ""]
        elif value.type.name == "array" and value.type.element.name == "row":
            names += [name for name, _ in value.type.element.arguments]
        else:
            names.append("")
    return names[number] if number < len(names) and names[number] else f"_col{number}"


JOIN_WORDS = {"": "JOIN", "INNER": "JOIN", "CROSS": "CROSS JOIN"}


def from_clause(t: Translation, first: exp.Expr, joins: Sequence[exp.Join], scope: Scope) -> Source:
    """Translate FROM and its joins."""
    source = _source(t, first, scope, [])
    for nested in first.args.get("joins") or []:
        source = _join(t, source, nested, scope)
    for join in joins:
        source = _join(t, source, join, scope)
    return source


def _join(t: Translation, left: Source, join: exp.Join, scope: Scope) -> Source:
    side = (join.side or "").upper()
    kind = (join.kind or "").upper()
    if join.method or kind not in ("", "INNER", "CROSS", "OUTER"):
        raise QueryRefused(
            "SYNTAX_ERROR" if not join.method else "NOT_SUPPORTED", f"{join.method or kind} JOIN is not supported", join
        )
    right = _source(t, join.this, scope, left.fields)
    for nested in join.this.args.get("joins") or []:
        right = _join(t, right, nested, scope)
    both = [*left.fields, *right.fields]
    word = f"{side} JOIN" if side else JOIN_WORDS.get(kind, "JOIN")
    using, on = join.args.get("using"), join.args.get("on")
    if using:
        return _using(t, left, right, using, word, side, join)
    if on is not None:
        refuse_aggregates(on, "JOIN clause")
        return Source(
            f"{left.sql} {word} {right.sql} ON {condition(t, on, Scope(both, scope), 'JOIN ON clause')}", both
        )
    if not side and kind in ("", "CROSS"):
        return Source(f"{left.sql} CROSS JOIN {right.sql}", both)
    raise QueryRefused("SYNTAX_ERROR", "mismatched input. Expecting: 'ON', 'USING'", join)


def _using(
    t: Translation,
    left: Source,
    right: Source,
    names: list[exp.Expr],
    word: str,
    side: str,
    join: exp.Join,
) -> Source:
    """Join by columns of one name; each is there once, and has no relation before its name."""
    shared, tests = [], []
    for one in names:
        a, b = (_column_of(side_, one, where) for side_, where in ((left, "left"), (right, "right")))
        tests.append(compared(t, a.value, "=", b.value, join).sql)
        met = common(a.value.type, b.value.type) or a.value.type
        x, y = (coerce(t, part.value, met).sql for part in (a, b))
        text = {"RIGHT": y, "FULL": f"coalesce({x}, {y})"}.get(side, x)
        shared.append(Field(one.name, Value(text, met)))
    taken = {one.name.lower() for one in names}
    rest = [one for one in [*left.fields, *right.fields] if one.name.lower() not in taken]
    return Source(f"{left.sql} {word} {right.sql} ON {' AND '.join(tests)}", [*shared, *rest])


def _column_of(source: Source, name: exp.Expr, side: str) -> Field:
    found = [one for one in source.fields if one.name.lower() == name.name.lower()]
    if len(found) != 1:
        words = (
            f"Column '{name.name}' is missing from {side} side of join"
            if not found
            else f"Column '{name.name}' is ambiguous"
        )
        raise QueryRefused("COLUMN_NOT_FOUND" if not found else "AMBIGUOUS_NAME", words, name)
    return found[0]


# SELECT


@dataclass
class Item:
    """A column of SELECT: its name, and how it is computed."""

    name: str
    value: Value
    node: exp.Expr | None = None


class Selection:
    """One SELECT."""

    def __init__(self, t: Translation, node: exp.Select, outer: Scope | None) -> None:
        self.t, self.node, self.outer = t, node, outer
        self._refuse_clauses()
        from_ = node.args.get("from_")
        joins = node.args.get("joins") or []
        self.source = from_clause(t, from_.this, joins, outer or Scope()) if from_ is not None else Source("", [])
        self.scope = Scope(self.source.fields, outer)
        self.items = [item for one in node.expressions for item in self._items(one)]

    def _refuse_clauses(self) -> None:
        if self.node.args.get("match") or self.node.args.get("sample"):
            raise not_supported("MATCH_RECOGNIZE" if self.node.args.get("match") else "TABLESAMPLE", self.node)
        for clause in (
            "qualify",
            "laterals",
            "into",
            "cluster",
            "sort",
            "distribute",
            "connect",
            "locks",
            "hint",
            "kind",
            "prewhere",
            "settings",
        ):
            if self.node.args.get(clause):
                raise QueryRefused("SYNTAX_ERROR", f"mismatched input '{clause.upper()}'", self.node)
        distinct = self.node.args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            raise QueryRefused("SYNTAX_ERROR", "mismatched input 'ON'", self.node)

    def rows(self) -> Rows:
        """Return the whole SELECT."""
        distinct = "DISTINCT " if self.node.args.get("distinct") is not None else ""
        self._refuse_distinct_maps(bool(distinct))
        columns = [f"{one.value.sql} AS c{number}" for number, one in enumerate(self.items)]
        if self.source.fields and not columns:
            raise QueryRefused("COLUMN_NOT_FOUND", "SELECT * not allowed from relation that has no columns", self.node)
        text = f"SELECT {distinct}{', '.join(columns)}"
        text += f" FROM {self.source.sql}" if self.source.sql else ""
        text += self._where() + self._group() + self._having() + self._windows() + self._order(bool(distinct))
        names = [(one.name, f"c{number}", one.value.type) for number, one in enumerate(self.items)]
        return Rows(text + _limits(self.node), names)

    def _refuse_distinct_maps(self, is_distinct: bool) -> None:
        for one in self.items if is_distinct else []:
            if one.value.type.name == "json":
                continue

    def _items(self, node: exp.Expr) -> list[Item]:
        if isinstance(node, exp.Star):
            if (
                node.args.get("except_")
                or node.args.get("replace")
                or node.args.get("rename")
                or node.args.get("except")
            ):
                raise QueryRefused("SYNTAX_ERROR", "mismatched input after '*'", node)
            if not self.source.sql:
                raise QueryRefused("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", node)
            return [Item(one.name, one.value) for one in visible(self.source.fields)]
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            return self._all_of(node)
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
            return self._fields_of(node)
        inner = node.this if isinstance(node, exp.Alias) else node
        value = self.t.value(self.t, inner, self.scope)
        return [Item(self._name(node), value, inner)]

    def _all_of(self, node: exp.Column) -> list[Item]:
        qualifiers = [one.name.lower() for one in node.parts[:-1]]
        found = [one for one in visible(self.source.fields) if one.is_named(qualifiers)]
        if not found:
            try:
                return self._fields_of(node)
            except QueryRefused:
                name = ".".join(qualifiers)
                raise QueryRefused("TABLE_NOT_FOUND", f"Table '{name}' not found", node) from None
        return [Item(one.name, one.value) for one in found]

    def _fields_of(self, node: exp.Dot | exp.Column) -> list[Item]:
        """Return the fields of a row: `x.*`."""
        if isinstance(node, exp.Dot):
            value = self.t.value(self.t, node.this, self.scope)
        else:
            value, _ = self.scope.find([one for one in node.parts[:-1] if isinstance(one, exp.Identifier)], node)
        if value.type.name != "row":
            raise mismatch("Expression is not of type ROW", node)
        names = field_names(value.type)
        return [
            Item(given or f"field{number}", Value(f"struct_extract({value.sql}, '{inner[1:-1]}')", kind))
            for number, ((given, kind), inner) in enumerate(zip(value.type.arguments, names, strict=True))
        ]

    def _name(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Alias):
            return str(node.alias)
        if isinstance(node, exp.Column):
            return str(node.name)
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            return str(node.expression.name)
        return ""

    def _where(self) -> str:
        where = self.node.args.get("where")
        if where is None:
            return ""
        refuse_aggregates(where.this, "WHERE clause")
        return f" WHERE {condition(self.t, where.this, self.scope, 'WHERE clause')}"

    def _group(self) -> str:
        group = self.node.args.get("group")
        if group is None:
            return ""
        if group.args.get("totals") or group.args.get("all"):
            raise not_supported("GROUP BY ALL", group)
        parts = [self._group_key(one) for one in group.expressions]
        for member, word in (("grouping_sets", ""), ("rollup", ""), ("cube", "")):
            for one in group.args.get(member) or []:
                parts.append(self._grouping(one))
            del word
        return f" GROUP BY {', '.join(parts)}"

    def _group_key(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Tuple):
            return f"({', '.join(self._group_key(one) for one in node.expressions)})"
        if isinstance(node, exp.Paren):
            return self._group_key(node.this)
        if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
            return self._grouping(node)
        if isinstance(node, exp.Literal) and not node.is_string:
            item = self.items[_ordinal(node, len(self.items), "GROUP BY")]
            if item.node is not None:
                refuse_aggregates(item.node, "GROUP BY clause")
            return _not_ordinal(item.value.sql)
        refuse_aggregates(node, "GROUP BY clause")
        return _not_ordinal(self.t.value(self.t, node, self.scope).sql)

    def _grouping(self, node: exp.Expr) -> str:
        word = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}[type(node)]  # type: ignore[index]
        return f"{word} ({', '.join(self._group_key(one) for one in node.expressions)})"

    def _having(self) -> str:
        having = self.node.args.get("having")
        return f" HAVING {condition(self.t, having.this, self.scope, 'HAVING clause')}" if having is not None else ""

    def _windows(self) -> str:
        windows = self.node.args.get("windows") or []
        texts = [f"{one.this.sql('duckdb')} AS ({window_text(self.t, one, self.scope)})" for one in windows]
        return f" WINDOW {', '.join(texts)}" if texts else ""

    def _order(self, is_distinct: bool) -> str:
        order = self.node.args.get("order")
        if order is None:
            return ""
        return f" ORDER BY {', '.join(self._order_item(one, is_distinct) for one in order.expressions)}"

    def _order_item(self, node: exp.Expr, is_distinct: bool) -> str:
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            value = self.items[_ordinal(node.this, len(self.items), "ORDER BY")].value
            return ordered_text(node, order_key(value, node))
        value = self.t.value(self.t, node.this, Scope(self._output_fields(), self.scope))
        if is_distinct and value.sql not in {one.value.sql for one in self.items}:
            words = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryRefused("EXPRESSION_NOT_IN_DISTINCT", words, node)
        return ordered_text(node, order_key(value, node))

    def _output_fields(self) -> list[Field]:
        """Return the columns of SELECT, which ORDER BY knows by name: before those of the tables."""
        fields: dict[tuple[str, str], Field] = {}
        for one in self.items:
            if one.name:
                fields.setdefault((one.name.lower(), one.value.sql), Field(one.name, one.value))
        return list(fields.values())


def _not_ordinal(sql: str) -> str:
    """Keep a number that is a value from being the place of a column."""
    return f"CAST({sql} AS BIGINT)" if sql.isdigit() else sql


def new_translation(database: str, tables: Callable[[str, str, exp.Table], Rows]) -> Translation:
    """Return the translation of one statement."""
    return Translation(translate_value, translate_query, database, tables)
