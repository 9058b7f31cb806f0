"""What names mean at a place of a query: columns of relations, variables of lambdas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from awsglue_local.athena.trino.errors import QueryRefused
from awsglue_local.athena.trino.types import Type, field_names
from awsglue_local.nearest import nearest

NOT_RESOLVED = "cannot be resolved or requester is not authorized to access requested resources"


@dataclass(frozen=True)
class Value:
    """An expression: how DuckDB computes it, and its type in Trino."""

    sql: str
    type: Type


@dataclass(frozen=True)
class Field:
    """A column that can be named.

    Attributes
    ----------
    relation, schema
        What may stand before its name; empty for a column of USING and one that only its name finds.
    is_hidden
        Whether a star leaves it out, as `"$path"`.
    """

    name: str
    value: Value
    relation: str = ""
    schema: str = ""
    is_hidden: bool = False

    def under(self, relation: str) -> Field:
        """Return it as a relation of another name has it."""
        return replace(self, relation=relation, schema="")

    def is_named(self, qualifiers: list[str]) -> bool:
        """Say whether names that stand before a column mean this one's relation."""
        there = [self.schema, self.relation]
        return not qualifiers or (bool(self.relation) and there[len(there) - len(qualifiers) :] == qualifiers)


@dataclass
class Scope:
    """The fields at a place, those of the query around it, and the variables of lambdas.

    Attributes
    ----------
    used
        Collects the names of columns that a query reads.
    """

    fields: list[Field] = field(default_factory=list)
    parent: Scope | None = None
    variables: dict[str, Value] = field(default_factory=dict)

    def within(self, variables: dict[str, Value]) -> Scope:
        """Return the scope inside a lambda."""
        return Scope([], self, variables)

    def find(self, parts: list[exp.Identifier], node: exp.Expr) -> tuple[Value, list[str]]:
        """Return the value that the longest beginning of a dotted name means, and the names of fields after it.

        Raises
        ------
        QueryRefused
            There is no such column, or there are several.
        """
        names = [one.name.lower() for one in parts]
        there: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            if names[0] in scope.variables:
                return scope.variables[names[0]], names[1:]
            for end in range(min(len(names), 3), 0, -1):
                found = scope._of(names[: end - 1], names[end - 1])
                if len(found) > 1:
                    raise QueryRefused("AMBIGUOUS_NAME", f"Column '{'.'.join(names[:end])}' is ambiguous", node)
                if found:
                    return found[0].value, names[end:]
            there += [one.name.lower() for one in scope.fields]
            scope = scope.parent
        near = nearest(names[-1], there)
        plain = f"no table of the query has a column {names[-1]!r}" + (f"; did you mean {near!r}?" if near else "")
        words = f"Column '{'.'.join(names)}' {NOT_RESOLVED}"
        raise QueryRefused("COLUMN_NOT_FOUND", words, node, plain)

    def _of(self, qualifiers: list[str], name: str) -> list[Field]:
        return [one for one in self.fields if one.name.lower() == name and one.is_named(qualifiers)]


def visible(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that a star names."""
    return [one for one in fields if not one.is_hidden]


def field_of(value: Value, name: str, node: exp.Expr) -> Value:
    """Return a field of a row.

    Raises
    ------
    QueryRefused
        The value is no row, or has no such field.
    """
    if value.type.name != "row":
        raise QueryRefused("TYPE_MISMATCH", f"Expression {node.sql('trino')} is not of type ROW", node)
    for (given, kind), there in zip(value.type.arguments, field_names(value.type), strict=True):
        if given.lower() == name.lower() and given:
            return Value(f"struct_extract({value.sql}, {there.replace(chr(34), chr(39))})", kind)
    words = f"Column '{node.sql('trino')}' {NOT_RESOLVED}"
    raise QueryRefused("COLUMN_NOT_FOUND", words, node)
