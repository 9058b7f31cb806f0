"""The SQL of scripts, in the dialect of what stands in for their database."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, SqlglotError

from awsglue_local.errors import GlueLocalError, Unsupported

OF_REDSHIFT_ALONE = ("DISTKEY", "SORTKEY")
"""Attributes of a column that say how Redshift spreads and sorts rows."""
WITHOUT_EFFECT = ("VACUUM", "ANALYZE", "GRANT", "REVOKE", "LOCK", "COMMENT", "SET")
"""Statements that change no row: SET is of a session's time limits and the like."""
TRANSACTION = ("BEGIN", "START", "COMMIT", "END")
"""Statements that begin or end a transaction: the script's is the only one."""
TYPES = {exp.DataType.Type.SUPER: "JSON"}
FROM_S3 = "write the frame with a sink, or read the table into a frame: a stand-in has no S3"


def statements(sql: str, dialect: str, stand_in: str) -> list[str]:
    """Return the statements of `preactions` and `postactions`, in the stand-in's dialect.

    BEGIN, COMMIT and END go: what a script does to a database is one transaction here. The schema of a table that is
    made is made too: a stand-in has none at first.

    Raises
    ------
    GlueLocalError
        A statement cannot be read.
    Unsupported
        A statement that the stand-in cannot do: COPY, UNLOAD, CALL and the like.
    """
    found = []
    for text in _split(sql, dialect):
        command = sqlglot.tokenize(text, read=dialect)[0].text.upper()
        if command == "SET" and "search_path" in text.lower():
            raise Unsupported("SET search_path", "write the schema before the table's name")
        if command in (*WITHOUT_EFFECT, *TRANSACTION):
            continue
        if command in ("ROLLBACK", "ABORT"):
            raise Unsupported(f"the statement {command}", "raise an error: then nothing of the script is kept")
        tree = _parsed(text, dialect)
        is_made = isinstance(tree, exp.Create) and tree.kind in ("TABLE", "VIEW")
        made = tree.find(exp.Table) if is_made else None
        if made is not None and made.db:
            found.append(f"create schema if not exists {made.args['db'].sql(stand_in)}")
        found.append(_written(tree, text, stand_in))
    return found


def query(sql: str, dialect: str, stand_in: str) -> str:
    """Return a query in the stand-in's dialect.

    Raises
    ------
    GlueLocalError
        It cannot be read, or is no query.
    """
    tree = _parsed(sql.strip().rstrip(";"), dialect)
    if not isinstance(tree, exp.Query):
        raise GlueLocalError(f"{sql!r} is no query")
    return _written(tree, sql, stand_in)


def table_of(name: str, dialect: str) -> exp.Table:
    """Return a table's name, `table`, `schema.table` or `database.schema.table`; the database is the connection's.

    Raises
    ------
    GlueLocalError
        It is no such name.
    """
    try:
        table = exp.to_table(name, dialect=dialect)
    except (SqlglotError, ValueError) as error:
        raise GlueLocalError(f"{name!r} is no table's name") from error
    table.set("catalog", None)
    return table


def all_rows(name: str, dialect: str) -> str:
    """Return the query for a table's rows; Spark takes a query in parentheses for a table's name, too.

    Raises
    ------
    GlueLocalError
        It is neither.
    """
    try:
        source = name if name.startswith("(") else table_of(name, dialect)
        return exp.select("*").from_(source, dialect=dialect).sql(dialect)
    except SqlglotError as error:
        raise GlueLocalError(f"{name!r} is neither a table's name nor a query in parentheses") from error


def _split(sql: str, dialect: str) -> Iterator[str]:
    """Yield the texts between semicolons, without what is said to Redshift alone."""
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except SqlglotError as error:
        raise GlueLocalError(f"this SQL cannot be read: {error}") from error
    text, end, first = "", 0, 0
    for index, token in enumerate(tokens):
        if token.token_type == TokenType.SEMICOLON:
            if index > first:
                yield (text + sql[end : token.start]).strip()
            text, end, first = "", token.end + 1, index + 1
        elif dialect == "redshift" and _is_attribute(tokens, first, index):
            text, end = text + sql[end : token.start], token.end + 1
    if len(tokens) > first:
        yield (text + sql[end:]).strip()


def _is_attribute(tokens: list[sqlglot.Token], first: int, index: int) -> bool:
    """Say whether a token is a column's DISTKEY or SORTKEY in CREATE TABLE: behind a type, without columns."""
    words = [token.text.upper() for token in tokens[first : index + 2]]
    place = index - first
    is_word = tokens[index].token_type not in (TokenType.STRING, TokenType.IDENTIFIER)
    return (
        is_word
        and words[place] in OF_REDSHIFT_ALONE
        and words[0] == "CREATE"
        and "SELECT" not in words
        and words[place - 1] not in ("(", ",")
        and words[place + 1 : place + 2] != ["("]
    )


def _parsed(text: str, dialect: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(text, read=dialect)
    except SqlglotError as error:
        what = error.errors[0]["description"] if isinstance(error, ParseError) and error.errors else str(error)
        raise GlueLocalError(f"this SQL is not {dialect}'s as far as it is known here: {text!r}: {what}") from error
    if isinstance(tree, exp.Copy) or text.upper().startswith("UNLOAD"):
        raise Unsupported(f"the statement {text.split(None, 1)[0].upper()}", FROM_S3)
    if isinstance(tree, exp.Command):
        raise Unsupported(f"the statement {text!r}", "write it as CREATE, INSERT, UPDATE, DELETE, MERGE or DROP")
    return tree


def _written(tree: exp.Expr, text: str, stand_in: str) -> str:
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    for kind in tree.find_all(exp.DataType):
        if kind.this in TYPES:
            kind.replace(exp.DataType.build(TYPES[kind.this], dialect="postgres"))
        elif any(param.name.upper() == "MAX" for param in kind.expressions):
            kind.set("expressions", [])
    for constraint in list(tree.find_all(exp.ColumnConstraint)):
        if isinstance(constraint.kind, exp.EncodeColumnConstraint):
            constraint.pop()
    if isinstance(tree, exp.Create) and tree.args.get("properties"):
        kept = [one for one in tree.args["properties"].expressions if isinstance(one, exp.TemporaryProperty)]
        tree.set("properties", exp.Properties(expressions=kept) if kept else None)
    for insert in tree.find_all(exp.Insert):
        _name_values(insert)
    try:
        return _like(tree).sql(stand_in, unsupported_level=sqlglot.ErrorLevel.IGNORE)
    except (SqlglotError, ValueError) as error:
        raise GlueLocalError(f"{text!r} cannot be said to {stand_in}: {error}") from error


def _name_values(insert: exp.Insert) -> None:
    """Mend `when not matched then insert values (…)`, whose VALUES sqlglot takes for a function among columns."""
    columns = insert.this.expressions if isinstance(insert.this, exp.Tuple) else []
    if len(columns) == 1 and isinstance(columns[0], exp.Anonymous) and columns[0].name.upper() == "VALUES":
        insert.set("expression", exp.Tuple(expressions=columns[0].expressions))
        insert.set("this", None)


def _like(tree: exp.Expr) -> exp.Expr:
    """Return `create table t (like s)` as `create table t as select * from s limit 0`, which every database knows."""
    like = tree.find(exp.LikeProperty) if isinstance(tree, exp.Create) else None
    if like is None:
        return tree
    same = tree.copy()
    same.set("this", tree.this.this)
    same.set("expression", exp.select("*").from_(like.this).limit(0))
    same.set("properties", None)
    return same
