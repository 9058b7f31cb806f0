"""JSON lines to Arrow, as Glue reads them: absent keys stay absent, a broken line costs only itself.

Arrow's own reader takes whole parts at full speed. Where it stumbles, the lines are sorted by what stands in them and
those of one sort are read at once; what is left is read record by record. A value that is not of its catalog column's
type makes a choice type of the column.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from awsglue_local.files import explicit_nulls
from awsglue_local.files.json_chunk import JsonChunk, Misfit, in_order
from awsglue_local.files.json_records import column_of, parse, read_records
from awsglue_local.files.line_sorting import (
    KINDS,
    Entry,
    Lines,
    Shape,
    as_arrow,
    kinds_of,
    object_lines,
    shapes_of,
    sorts_of,
    surely_objects,
    usual_lines,
)
from awsglue_local.storage.column_types import arrow_type

SNIFFED_BYTES = 1 << 14
CHANGED = re.compile(r"Column\(/([^/)]+)\) changed from")
FEW_LINES = 32
"""So many lines on which Arrow stumbles are read record by record."""


class Stumbled(Exception):
    """Arrow does not read some lines, or not surely right.

    Attributes
    ----------
    on_syntax
        Whether a line seems to be no JSON.
    key
        The key whose values are of several kinds, where that is known; else empty.
    """

    def __init__(self, on_syntax: bool = False, key: str = "") -> None:
        super().__init__()
        self.on_syntax = on_syntax
        self.key = key

    @classmethod
    def over(cls, error: pa.ArrowException) -> Stumbled:
        """Return what an error of Arrow's says."""
        changed = CHANGED.search(str(error))
        return cls("parse error" in str(error) and "changed from" not in str(error), changed[1] if changed else "")


@dataclass(frozen=True)
class Way:
    """How lines of one sort are read into a catalog's columns.

    Attributes
    ----------
    keys
        Column to the key that stands for it.
    strange
        Columns whose values are not of the kind that Arrow takes for the column's type.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    strange: frozenset[str] = frozenset()


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
        self._names = frozenset(self.schema.names if self.schema is not None else ())
        self._unreadable = frozenset(one.name for one in self.schema or () if not _usual_kinds(one.type))
        self._spelling: dict[str, str] = {}

    def read(self, text: bytes, file: str) -> JsonChunk:
        """Read whole lines of a file, whose lines are counted from 1.

        Raises
        ------
        SourceError
            Without a catalog: values inside of a key's values are of types that no choice type tells apart.
        """
        count = object_lines(text)
        if not count:
            return replace(self._read_split(*usual_lines(text), file), lines=text.count(b"\n"))
        try:
            return replace(self._read_text(text, count), lines=count)
        except Stumbled as stumbled:
            return replace(self._read_stumbling(Lines.of(text), stumbled, file), lines=count)

    def _read_text(self, text: bytes, count: int) -> JsonChunk:
        """Read a number of lines with Arrow; raise Stumbled where the result would not surely be right."""
        if self._unreadable:
            raise Stumbled
        if self.schema is None:
            whole = _as_text_where_times(text, count)
            table, keys = whole, {name: name for name in whole.column_names}
        else:
            whole, keys = self._spelled(text, count)
            table = _fitted(whole, self.schema, keys)
        gaps = {name: key for name, key in keys.items() if table[name].null_count}
        if not gaps or explicit_nulls.NULL not in text:
            return JsonChunk(table)
        if explicit_nulls.may_be_searched(text, whole):
            return JsonChunk(table, explicit_nulls=explicit_nulls.search(text, count, gaps))
        shapes = shapes_of(text.split(b"\n")[:count])
        if (shapes.of_line < 0).any():
            raise Stumbled
        nulls = {name: mask for name, mask in shapes.explicit_nulls(self._name).items() if name in keys}
        return JsonChunk(table, explicit_nulls=as_arrow(nulls))

    def _spelled(self, text: bytes, count: int) -> tuple[pa.Table, dict[str, str]]:
        """Read lines with Arrow, and find how their keys spell the catalog's columns."""
        if not self._spelling:
            self._spelling.update(_sniff_spelling(text, self._names))
        while True:
            keys = {name: self._spelling.get(name, name) for name in self.schema.names}  # type: ignore[union-attr]
            table = _arrow_read(text, count, _read_schema(self.schema, keys))
            others = set(table.schema.names) - set(keys.values())
            found = {key.lower(): key for key in others if key.lower() in self._names}
            if not found:
                return table, keys
            if self._spelling.keys() & found.keys():
                # one part spells a key in two ways: only a look at each record tells them apart
                raise Stumbled
            self._spelling.update(found)

    def _read_split(self, lines: Lines, fine: npt.NDArray[Any], file: str) -> JsonChunk:
        """Read lines that are fine as usual, and the others record by record."""
        others = self._read_records(lines.where(~fine), file)
        return self._joined([self._read_lines(lines.where(fine), file), others], lines, file) if fine.any() else others

    def _read_lines(self, lines: Lines, file: str) -> JsonChunk:
        """Read lines that look like objects."""
        try:
            return replace(self._read_text(lines.text(), len(lines.texts)), places=lines.numbers)
        except Stumbled as stumbled:
            return self._read_stumbling(lines, stumbled, file)

    def _read_stumbling(self, lines: Lines, stumbled: Stumbled, file: str) -> JsonChunk:
        """Read lines on which Arrow has stumbled: parted by what it stumbled on, if that parts them."""
        if not stumbled.on_syntax and not stumbled.key:
            return self._read_sorts(lines, file)
        if stumbled.on_syntax:
            sure = surely_objects(lines.texts)
            return self._read_sorts(lines, file) if sure.all() else self._read_split(lines, sure, file)
        kinds = kinds_of(lines.texts, stumbled.key)
        parts = [lines.where(kinds == kind) for kind in np.unique(kinds)]
        if len(parts) == 1:
            return self._read_sorts(lines, file)
        return self._joined([self._read_lines(part, file) for part in parts], lines, file)

    def _read_sorts(self, lines: Lines, file: str) -> JsonChunk:
        """Read lines sort by sort."""
        shapes = shapes_of(lines.texts)
        sure = shapes.where(lambda shape: len({self._name(key) for key in shape.keys}) == len(shape.keys))
        usual, shapes = lines.where(sure), shapes.of(sure)
        others = self._read_records(lines.where(~sure), file)
        chunks = [
            chunk
            for sort, members in sorts_of(shapes, self._entries, self._is_usual)
            for chunk in self._read_sort(usual.where(members), self._way(shapes.shapes, sort), file)
        ]
        if not chunks:
            return others
        whole = self._joined(chunks, usual, file)
        there = [key for key in shapes.keys if key in whole.table.column_names]
        nulls = shapes.explicit_nulls(self._name)
        told = as_arrow({name: nulls[name] for name in whole.table.column_names if name in nulls})
        table = whole.table if self.schema is not None else whole.table.select(there)
        return self._joined([replace(whole, table=table, explicit_nulls=told), others], lines, file)

    def _read_sort(self, lines: Lines, way: Way, file: str) -> list[JsonChunk]:
        """Read lines of one sort at once, else the two halves of them, and few record by record."""
        try:
            return [self._read_in_a_way(lines, way, file)]
        except Stumbled:
            if len(lines.texts) <= FEW_LINES:
                return [self._read_records(lines, file)]
            return [chunk for half in lines.halves() for chunk in self._read_sort(half, way, file)]

    def _read_in_a_way(self, lines: Lines, way: Way, file: str) -> JsonChunk:
        text, count = lines.text(), len(lines.texts)
        if self.schema is None:
            return JsonChunk(_as_text_where_times(text, count), places=lines.numbers)
        keys = {name: way.keys.get(name, name) for name in self.schema.names}
        plain = pa.schema([one for one in self.schema if one.name not in way.strange])
        table = _fitted(_arrow_read(text, count, _read_schema(plain, keys)), plain, keys)
        misfits: list[Misfit] = []
        if way.strange:
            table = self._with_strange(table, lines, way, file, misfits)
        return JsonChunk(table, places=lines.numbers, misfits=misfits)

    def _with_strange(self, plain: pa.Table, lines: Lines, way: Way, file: str, misfits: list[Misfit]) -> pa.Table:
        """Return the catalog's columns, those that Arrow does not read filled in value by value."""
        records = [record for record in map(parse, lines.texts) if isinstance(record, dict)]
        numbers = lines.numbers.tolist()
        made = []
        for column in self.schema:  # type: ignore[union-attr]
            if column.name in way.strange:
                values = [record.get(way.keys.get(column.name, column.name)) for record in records]
                made.append(column_of(column, values, lambda index: (file, numbers[index]), misfits))
            else:
                made.append((column, plain[column.name]))
        return pa.table([array for _, array in made], pa.schema([column for column, _ in made]))

    def _way(self, shapes: list[Shape], sort: frozenset[Entry]) -> Way:
        """Return how lines of a sort are read: as all lines, but for what makes the sort."""
        usual = {entry.name: entry.key for shape in shapes for entry in self._entries(shape)}
        keys = usual | {entry.name: entry.key for entry in sort}
        return Way(keys, self._unreadable | {entry.name for entry in sort if not self._is_usual(entry)})

    def _name(self, key: str) -> str:
        """Return the column that a key stands for."""
        return key.lower() if key.lower() in self._names else key

    def _entries(self, shape: Shape) -> list[Entry]:
        """Return the keys of a line that have values, and stand for columns where there is a catalog."""
        return [
            Entry(name, key, self._kind(name, kind))
            for key, kind in zip(shape.keys, shape.types, strict=True)
            if kind in KINDS and ((name := self._name(key)) in self._names or self.schema is None)
        ]

    def _kind(self, name: str, kind: type) -> str:
        is_whole = self.schema is not None and pa.types.is_integer(self.schema.field(name).type)
        return "fraction" if kind is float and is_whole else KINDS[kind]

    def _is_usual(self, entry: Entry) -> bool:
        return self.schema is None or entry.kind in _usual_kinds(self.schema.field(entry.name).type)

    def _read_records(self, lines: Lines, file: str) -> JsonChunk:
        return read_records(lines.numbered(), file, self.schema, self.source)

    def _joined(self, chunks: list[JsonChunk], lines: Lines, file: str) -> JsonChunk:
        try:
            return in_order(chunks)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            # what differs inside of values is told with the key's name
            return self._read_records(lines, file)


def _usual_kinds(wanted: pa.DataType) -> frozenset[str]:
    """Return the kinds of JSON values that Arrow reads as a type; none where it reads no such type."""
    return next((kinds for test, kinds in USUAL_KINDS if test(wanted)), frozenset())


USUAL_KINDS = (
    (pa.types.is_string, frozenset({"string"})),
    (pa.types.is_boolean, frozenset({"boolean"})),
    (pa.types.is_integer, frozenset({"number"})),
    (pa.types.is_floating, frozenset({"number"})),
    (pa.types.is_decimal, frozenset({"number", "string"})),
    (pa.types.is_timestamp, frozenset({"string"})),
    (pa.types.is_date, frozenset({"string"})),
    (pa.types.is_list, frozenset({"array"})),
    (pa.types.is_struct, frozenset({"struct"})),
)


def _read_schema(schema: pa.Schema, keys: Mapping[str, str]) -> pa.Schema:
    """Return what Arrow is told of the keys; it reads no dates, which are text until then."""
    return pa.schema([(keys[one.name], pa.string() if pa.types.is_date(one.type) else one.type) for one in schema])


def _fitted(table: pa.Table, schema: pa.Schema, keys: Mapping[str, str]) -> pa.Table:
    """Return the catalog's columns with the catalog's types; raise Stumbled where values are of another one."""
    columns = [_as_type(table[keys[one.name]], one.type) for one in schema]
    return pa.table(columns, schema)


def _as_type(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if column.type == wanted:
        return column
    if pa.types.is_date(wanted):
        try:
            return pc.cast(column, wanted)
        except pa.ArrowInvalid as error:
            raise Stumbled from error
    return _without_more(column.combine_chunks(), wanted)


def _without_more(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Return values without the members that Arrow finds in them beside those of the type."""
    if array.type == wanted:
        return array
    if pa.types.is_list(wanted) and pa.types.is_list(array.type):
        values = _without_more(array.values, wanted.value_type)
        return pa.ListArray.from_arrays(array.offsets, values, wanted, mask=array.is_null())
    if not (pa.types.is_struct(wanted) and pa.types.is_struct(array.type)):
        raise Stumbled
    there = [member.name for member in array.type]
    names = [member.name for member in wanted]
    alike = {name.lower() for name in names}
    if any(name not in names and name.lower() in alike for name in there) or not set(names) <= set(there):
        raise Stumbled
    members = [_without_more(array.field(member.name), member.type) for member in wanted]
    return pa.StructArray.from_arrays(members, fields=list(wanted), mask=array.is_null())


def _sniff_spelling(text: bytes, names: frozenset[str]) -> dict[str, str]:
    """Return how the first records spell the keys that are catalog columns: column to key."""
    spelling: dict[str, str] = {}
    for line in io.BytesIO(text).readlines(SNIFFED_BYTES):
        record = parse(line)
        for key in record if isinstance(record, dict) else ():
            if key.lower() in names:
                spelling.setdefault(key.lower(), key)
    return spelling


def _arrow_read(text: bytes, lines: int, schema: pa.Schema | None) -> pa.Table:
    try:
        table = pa_json.read_json(
            pa.BufferReader(text),
            read_options=pa_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            parse_options=pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer"),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Stumbled.over(error) from error
    if table.num_rows != lines:
        # Arrow also takes two objects in one line
        raise Stumbled(on_syntax=True)
    return table


def _as_text_where_times(text: bytes, lines: int) -> pa.Table:
    """Read lines without a catalog. Where Arrow takes text like 2020-01-01 for a time, text it is to Glue."""
    table = _arrow_read(text, lines, None)
    times = [column for column in table.schema if _holds_times(column.type)]
    if not times:
        return table
    return _arrow_read(text, lines, pa.schema([(one.name, _text_for_times(one.type)) for one in times])).select(
        table.column_names
    )


def _holds_times(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_holds_times(member.type) for member in kind)
    if pa.types.is_list(kind):
        return _holds_times(kind.value_type)
    return bool(pa.types.is_timestamp(kind))


def _text_for_times(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct([(member.name, _text_for_times(member.type)) for member in kind])
    if pa.types.is_list(kind):
        return pa.list_(_text_for_times(kind.value_type))
    return pa.string() if pa.types.is_timestamp(kind) else kind
