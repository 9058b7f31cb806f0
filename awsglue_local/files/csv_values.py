"""Texts of CSV as values of a catalog column's type, as each reader takes them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from awsglue_local.errors import SourceError
from awsglue_local.files.json_chunk import Misfit
from awsglue_local.files.json_records import Place, column_of
from awsglue_local.storage.column_types import hive_type

EPOCH = datetime.date(1970, 1, 1)


def glue_values(
    texts: pa.ChunkedArray, field: pa.Field, place: Place, misfits: list[Misfit]
) -> tuple[pa.Field, pa.Array]:
    """Return a column as Glue's reader has it: of a choice type where a text is no value of the column's type."""
    if pa.types.is_string(field.type):
        return field, texts
    given = _without_empty(texts)
    try:
        return field, given.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values = [None if text is None else _value_or_text(text, field.type) for text in given.to_pylist()]
        return column_of(field, values, place, misfits)


def lazy_values(texts: pa.ChunkedArray, kind: pa.DataType, null: str) -> pa.Array:
    """Return a column as LazySimpleSerDe has it: what is no value of the column's type is null."""
    given = pc.if_else(pc.equal(texts, null), None, texts)
    if pa.types.is_string(kind):
        return given
    try:
        return _without_empty(given).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values = [None if text is None else _value_or_text(text, kind) for text in given.to_pylist()]
        return pa.array([None if isinstance(value, str) else value for value in values], kind)


def open_csv_values(texts: pa.ChunkedArray, field: pa.Field, number: int, null_for_invalid: bool) -> pa.Array:
    """Return a column as Athena has it with OpenCSVSerDe ("Open CSV SerDe", Athena's user guide).

    Timestamps are milliseconds since 1970, dates are days since then.

    Parameters
    ----------
    number
        The column's place, counted from 0, for the message.
    null_for_invalid
        Whether what is no value is null (`use.null.for.invalid.data`).

    Raises
    ------
    SourceError
        A text is no value of the column's type; an empty one is none of any but string.
    """
    if pa.types.is_string(field.type):
        return texts
    read = _READERS.get(field.type.id) or (lambda text: pa.scalar(text).cast(field.type).as_py())
    values: list[Any] = []
    for text in texts.to_pylist():
        try:
            values.append(None if text is None else read(text))
        except (ValueError, OverflowError, pa.ArrowException) as error:
            if not null_for_invalid:
                raise SourceError(
                    f"HIVE_BAD_DATA: Error parsing field value '{text}' for field {number}: column {field.name!r} is "
                    f"{hive_type(field.type)}"
                ) from error
            values.append(None)
    return pa.array(values, field.type)


def _timestamp(text: str) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(0, datetime.UTC).replace(tzinfo=None) + datetime.timedelta(
        milliseconds=int(text)
    )


_READERS: dict[int, Callable[[str], Any]] = {
    pa.timestamp("us").id: _timestamp,
    pa.date32().id: lambda text: EPOCH + datetime.timedelta(days=int(text)),
}


def _without_empty(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _value_or_text(text: str, kind: pa.DataType) -> Any:
    """Return the value of a text; the text where it is none, None where it is empty."""
    if not text:
        return None
    try:
        return pa.scalar(text).cast(kind).as_py()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return text
