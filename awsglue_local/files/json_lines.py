"""JSON lines to Arrow, as Glue reads them: absent keys stay absent, a broken line costs only itself.

Arrow's own reader takes clean lines at full speed. Lines with an explicit null, or that are no object at first sight,
are read here, record by record. A part in which Arrow finds anything else unusual (a broken line, a key in another
case, a value of another type) is halved until few lines are left, which are read so too. A value that is not of its
catalog column's type makes a choice type of the column.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pa_json

from awsglue_local.errors import SourceError
from awsglue_local.files.choice_types import choice_field, concatenated, is_choice, kind_of, kind_of_type
from awsglue_local.storage.column_types import arrow_type, hive_type

SNIFFED_BYTES = 1 << 14
NEWLINE, RETURN, BRACE, CLOSING_BRACE = map(ord, "\n\r{}")
FEW_BYTES = 1 << 16
"""A part of so many bytes with something unusual is read record by record."""


@dataclass(frozen=True)
class BadRecord:
    """A line that is no JSON object; `line` is counted from 1 within the file."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Misfit:
    """A value that is not of its catalog column's type."""

    file: str
    line: int
    column: str
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: column {self.column!r} is {self.kind}, but the value is {self.value}"


@dataclass
class JsonChunk:
    """What one part of a file gave.

    Attributes
    ----------
    table
        The records; a column for every catalog column, or for every key where there is no catalog schema.
    bad
        The lines left out.
    explicit_nulls
        For each column that is null in a record although its key is there: which records (null, not absent).
    places
        The records' lines, where they were looked at one by one.
    misfits
        Values of other types than their catalog columns.
    """

    table: pa.Table
    bad: list[BadRecord] = field(default_factory=list)
    explicit_nulls: dict[str, list[bool]] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)


class JsonReader:
    """Reads parts of one source's files; parts may be read in several threads.

    Parameters
    ----------
    columns
        `(name, Hive type)` of a catalog table, whose names are lower case and match keys of any case;
        None to take keys and types from the records.
    source
        How error messages call the source, such as `table stedi.customer_landing`.
    """

    def __init__(self, columns: list[tuple[str, str]] | None, source: str) -> None:
        self.source = source
        self.schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns]) if columns is not None else None
        self._spelling: dict[str, str] = {}

    def read(self, text: bytes, file: str, first_line: Callable[[], int]) -> JsonChunk:
        """Read whole lines of a file."""
        if lines := _object_lines(text):
            clean = self._read_clean(text, lines)
            if clean is None:
                return self._read_halves(text, file, first_line())
            if not _has_nulls(clean) or b"null" not in text:
                return JsonChunk(clean)
        return self._read_mixed(text, file, first_line())

    def _read_halves(self, text: bytes, file: str, first_line: int) -> JsonChunk:
        """Read a part with something unusual somewhere."""
        middle = text.find(b"\n", len(text) // 2) + 1
        if self.schema is None or len(text) < FEW_BYTES or not 0 < middle < len(text):
            return self._read_records(_numbered(text, first_line), file)
        first = self.read(text[:middle], file, lambda: first_line)
        second = self.read(text[middle:], file, lambda: first_line + text.count(b"\n", 0, middle))
        return _joined(first, second)

    def _read_mixed(self, text: bytes, file: str, first_line: int) -> JsonChunk:
        """Read the usual lines of a part with Arrow and the others record by record, and put them in their order."""
        lines = list(_numbered(text, first_line))
        usual = [one for one in lines if _is_usual(one[1])]
        if self.schema is None or len(usual) < len(lines) / 2:
            return self._read_records(lines, file)
        clean_text = b"\n".join(line for _, line in usual) + b"\n"
        clean = self._read_clean(clean_text, len(usual)) if _object_lines(clean_text) == len(usual) else None
        if clean is None:
            return self._read_halves(text, file, first_line)
        others = self._read_records([one for one in lines if not _is_usual(one[1])], file)
        numbers = [number for number, _ in usual] + others.places
        order = pa.array(sorted(range(len(numbers)), key=numbers.__getitem__), pa.int64())
        table = concatenated([clean, others.table]).take(order)
        nulls = {
            name: pa.array([False] * len(usual) + explicit, pa.bool_()).take(order).to_pylist()
            for name, explicit in others.explicit_nulls.items()
        }
        return JsonChunk(table, others.bad, nulls, sorted(numbers), others.misfits)

    def _read_clean(self, text: bytes, lines: int) -> pa.Table | None:
        """Read a number of lines with Arrow; return None where the result would not surely be right."""
        if self.schema is None:
            table = _arrow_read(text, lines, None)
            return _keep_times_text(text, lines, table) if table is not None else None
        if not self._spelling:
            self._spelling.update(_sniff_spelling(text, self.schema.names))
        while True:
            spelling = dict(self._spelling)
            keys = [spelling.get(name, name) for name in self.schema.names]
            table = _arrow_read(text, lines, pa.schema(list(zip(keys, self.schema.types, strict=True))))
            if table is None:
                return None
            others = set(table.schema.names) - set(keys)
            found = {key.lower(): key for key in others if key.lower() in self.schema.names}
            if not found:
                made = table.select(keys).rename_columns(self.schema.names)
                # Arrow adds what it finds inside of a struct
                return made if made.schema.types == self.schema.types else None
            if spelling.keys() & found.keys():
                # one file spells a key in two ways: only a look at each record tells them apart
                return None
            self._spelling.update(found)

    def _read_records(self, lines: Iterable[tuple[int, bytes]], file: str) -> JsonChunk:
        records: list[dict[str, Any]] = []
        places: list[int] = []
        bad: list[BadRecord] = []
        for number, line in lines:
            if not line.strip():
                continue
            record = _parse(line)
            if isinstance(record, str):
                bad.append(BadRecord(file, number, record))
            else:
                records.append(self._lowered(record) if self.schema is not None else record)
                places.append(number)
        schema = self.schema if self.schema is not None else self._infer(records, file)
        misfits: list[Misfit] = []
        columns = []
        for column in schema:
            values = [record.get(column.name) for record in records]
            columns.append(self._column(column, values, lambda index: (file, places[index]), misfits))
        nulls = {
            name: explicit
            for name in schema.names
            if any(explicit := [name in record and record[name] is None for record in records])
        }
        table = pa.table([array for _, array in columns], pa.schema([column for column, _ in columns]))
        return JsonChunk(table, bad, nulls, places, misfits)

    def _lowered(self, record: dict[str, Any]) -> dict[str, Any]:
        return {key.lower(): value for key, value in record.items()}

    def _infer(self, records: list[dict[str, Any]], file: str) -> pa.Schema:
        fields = []
        for key in dict.fromkeys(key for record in records for key in record):
            values = [record[key] for record in records if record.get(key) is not None]
            kinds = {kind_of(value) for value in values}
            try:
                if len(kinds) > 1 and kinds != {"long", "double"}:
                    fields.append(self._choice(key, values))
                else:
                    fields.append(pa.field(key, pa.infer_type(values) if values else pa.null()))
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise SourceError(f"{self.source}: {file}: key {key!r} changes its type: {error}") from error
        return pa.schema(fields)

    def _choice(self, key: str, values: list[Any]) -> pa.Field:
        """Return the field of a key whose values are of several types."""
        found: dict[str, list[Any]] = {}
        for value in values:
            found.setdefault(kind_of(value), []).append(value)
        if "long" in found and "double" in found:
            found["double"] += found.pop("long")
        return choice_field(key, {kind: pa.infer_type(some) for kind, some in found.items()})

    def _column(
        self, column: pa.Field, values: list[Any], place: Callable[[int], tuple[str, int]], misfits: list[Misfit]
    ) -> tuple[pa.Field, pa.Array]:
        """Return a column, of a choice type where a value is not of the column's, and add to the misfits."""
        if is_choice(column):
            return column, _choice_array(column, [_kind_and_value(value, column) for value in values])
        other: dict[int, tuple[str, Any]] = {}
        for index, value in enumerate(values):
            if value is None:
                continue
            try:
                values[index] = _fit(value, column.type)
            except (ValueError, TypeError, ArithmeticError, pa.ArrowException):
                other[index] = _misfit(value, kind_of_type(column.type))
                shown = json.dumps(value, ensure_ascii=False)[:80]
                misfits.append(Misfit(*place(index), column.name, hive_type(column.type), shown))
        if not other:
            return column, pa.array(values, column.type)
        own = kind_of_type(column.type)
        members = {own: column.type, **{kind: MISFITS[kind] for kind, _ in other.values()}}
        whole = [other.get(index, (own, value)) for index, value in enumerate(values)]
        made = choice_field(column.name, members)
        return made, _choice_array(made, [None if value is None else (kind, value) for kind, value in whole])


MISFITS = {"boolean": pa.bool_(), "long": pa.int64(), "double": pa.float64(), "string": pa.string()}
"""Types of values that are not of their column's type."""


def _misfit(value: Any, own: str) -> tuple[str, Any]:
    """Return the kind of a value, and the value; what has no simple type, or is of the column's kind, is text."""
    kind = kind_of(value)
    huge = kind == "long" and not -(2**63) <= value < 2**63
    if kind == own or kind not in MISFITS or huge:
        return "string", json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return kind, value


def _choice_array(column: pa.Field, values: list[tuple[str, Any] | None]) -> pa.Array:
    return pa.array([None if one is None else dict([one]) for one in values], column.type)


def _kind_and_value(value: Any, column: pa.Field) -> tuple[str, Any] | None:
    if value is None:
        return None
    kind = kind_of(value)
    whole_is_double = kind == "long" and all(member.name != kind for member in column.type)
    return ("double", float(value)) if whole_is_double else (kind, value)


def lines_of(text: bytes) -> bytes:
    """Return one JSON text, an array of objects or objects one after the other, as lines with an object each.

    What cannot be parsed is kept as one line, for the reader to count as a bad record.
    """
    content = text.decode("utf-8", "replace")
    decoder, lines = json.JSONDecoder(), []
    position = _skip_space(content, 0)
    while position < len(content):
        try:
            value, position = decoder.raw_decode(content, position)
        except ValueError:
            lines.append(content[position:].replace("\n", " "))
            break
        lines.extend(json.dumps(item) for item in (value if isinstance(value, list) else [value]))
        position = _skip_space(content, position)
    return "\n".join(lines).encode()


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _joined(first: JsonChunk, second: JsonChunk) -> JsonChunk:
    nulls = {
        name: [
            told for chunk in (first, second) for told in chunk.explicit_nulls.get(name, [False] * chunk.table.num_rows)
        ]
        for name in {**first.explicit_nulls, **second.explicit_nulls}
    }
    table = concatenated([first.table, second.table])
    return JsonChunk(table, first.bad + second.bad, nulls, misfits=first.misfits + second.misfits)


def _numbered(text: bytes, first_line: int) -> Iterator[tuple[int, bytes]]:
    """Return the lines that are not blank, with their numbers."""
    return ((number, line) for number, line in enumerate(text.split(b"\n"), first_line) if line.strip())


def _is_usual(line: bytes) -> bool:
    """Say whether a line looks like one object without an explicit null."""
    return line.startswith(b"{") and line.rstrip(b"\r").endswith(b"}") and b"null" not in line


def _object_lines(text: bytes) -> int:
    """Return the number of lines, of text that is UTF-8, where each looks like one object; else 0."""
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            return 0
    # NumPy looks at all cores' parts at once: bytes.count would hold the interpreter
    letters = np.frombuffer(text, np.uint8)
    ends = letters == NEWLINE
    starts = int(np.count_nonzero(ends[:-1] & (letters[1:] == BRACE))) + text.startswith(b"{")
    closed = (letters[:-1] == CLOSING_BRACE) | (letters[:-1] == RETURN)
    stops = int(np.count_nonzero(ends[1:] & closed)) + text.endswith(b"}")
    lines = int(np.count_nonzero(ends)) + (not text.endswith(b"\n"))
    return lines if starts == stops == lines else 0


def _has_nulls(table: pa.Table) -> bool:
    return any(column.null_count for column in table.columns)


def _sniff_spelling(text: bytes, names: list[str]) -> dict[str, str]:
    """Return how the first records spell the keys that are catalog columns: column to key."""
    spelling: dict[str, str] = {}
    for line in io.BytesIO(text).readlines(SNIFFED_BYTES):
        record = _parse(line)
        for key in record if isinstance(record, dict) else ():
            if key.lower() in names:
                spelling.setdefault(key.lower(), key)
    return spelling


def _arrow_read(text: bytes, lines: int, schema: pa.Schema | None) -> pa.Table | None:
    try:
        table = pa_json.read_json(
            pa.BufferReader(text),
            read_options=pa_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            parse_options=pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer"),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    # Arrow also takes two objects in one line
    return table if table.num_rows == lines else None


def _keep_times_text(text: bytes, lines: int, table: pa.Table) -> pa.Table | None:
    """Read again where Arrow took text like 2020-01-01 for a time; to Glue it is text."""
    times = [column.name for column in table.schema if _holds_timestamp(column.type)]
    if not times:
        return table
    if any(not pa.types.is_timestamp(table.schema.field(name).type) for name in times):
        return None
    return _arrow_read(text, lines, pa.schema([(name, pa.string()) for name in times]))


def _holds_timestamp(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_holds_timestamp(member.type) for member in kind)
    if pa.types.is_list(kind):
        return _holds_timestamp(kind.value_type)
    return bool(pa.types.is_timestamp(kind))


def _parse(line: bytes) -> dict[str, Any] | str:
    """Return the record of a line, or why it is none."""
    try:
        text = line.decode("utf-8")
        record = json.loads(text.removeprefix("\ufeff"))
        # a lone surrogate is valid in JSON's escapes, but is no text
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        return "not UTF-8 text"
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return f"not JSON: {error}"
    return record if isinstance(record, dict) else "not a JSON object"


def _fit(value: Any, kind: pa.DataType) -> Any:
    """Return a JSON value as a value of an Arrow type; raise where it is not one without loss."""
    if pa.types.is_string(kind):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if pa.types.is_struct(kind):
        return _fit_struct(value, kind)
    if pa.types.is_list(kind):
        return _fit_list(value, kind)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _fit_number(value, kind)
    wanted = bool if pa.types.is_boolean(kind) else str if pa.types.is_temporal(kind) else object
    if not isinstance(value, wanted):
        raise TypeError
    return pa.scalar(value).cast(kind).as_py() if isinstance(value, str) else pa.scalar(value, kind).as_py()


def _fit_number(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_decimal(kind) and isinstance(value, str):
        return pa.scalar(value).cast(kind).as_py()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if pa.types.is_integer(kind):
        return _whole_number(value, kind)
    return float(value) if pa.types.is_floating(kind) else pa.scalar(Decimal(repr(value))).cast(kind).as_py()


def _fit_struct(value: Any, kind: pa.DataType) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    lowered = {name.lower(): one for name, one in value.items()}
    members = {member.name: lowered.get(member.name.lower()) for member in kind}
    return {one.name: None if members[one.name] is None else _fit(members[one.name], one.type) for one in kind}


def _fit_list(value: Any, kind: pa.DataType) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return [None if one is None else _fit(one, kind.value_type) for one in value]


def _whole_number(value: float, kind: pa.DataType) -> int:
    if int(value) != value:
        raise TypeError
    return int(pa.scalar(int(value), kind).as_py())
