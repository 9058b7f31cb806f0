"""Reading JSON lines: absent keys, explicit nulls, broken lines, types, case of keys."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsglue_local.files.choice_types import is_choice
from awsglue_local.files.json_chunk import JsonChunk
from awsglue_local.files.json_lines import JsonReader
from awsglue_local.files.json_records import read_records
from awsglue_local.files.json_texts import lines_of
from awsglue_local.files.staging import Stage
from awsglue_local.files.text_source import TextSource
from awsglue_local.storage.lake import Lake, data_files

COLUMNS = [("name", "string"), ("n", "double"), ("i", "int"), ("big", "bigint"), ("ok", "boolean")]


def read(text: str | bytes, columns: list[tuple[str, str]] | None = COLUMNS) -> JsonChunk:
    data = text.encode() if isinstance(text, str) else text
    return JsonReader(columns, "table d.t").read(data, "s3://b/f.json")


def rows(chunk: JsonChunk) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if v is not None} for row in chunk.table.to_pylist()]


def test_keys_match_columns_in_any_case() -> None:
    chunk = read('{"Name":"a","N":1,"BIG":2}\n{"NAME":"b"}\n{"name":"c","unknown":{"x":1}}\n')
    assert rows(chunk) == [{"name": "a", "n": 1.0, "big": 2}, {"name": "b"}, {"name": "c"}]


def test_a_key_that_first_comes_late_is_found() -> None:
    text = '{"Name":"a"}\n' * 5000 + '{"Name":"b","Ok":true}\n'
    assert rows(read(text))[-1] == {"name": "b", "ok": True}


def test_null_is_told_from_absent() -> None:
    chunk = read('{"name":"a","n":null}\n{"name":"b"}\n')
    assert {name: told.to_pylist() for name, told in chunk.explicit_nulls.items()} == {"n": [True, False]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"name":"a"', "not JSON"),
        (b"nonsense", "not JSON"),
        (b'{"name":"a"} {"name":"b"}', "not JSON"),
        (b'["a"]', "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"name":"\xff"}', "not UTF-8"),
        (b'{"name":"\\ud800"}', "not UTF-8"),
        (b'{"name":"a\tb"}', "not JSON"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply|not JSON"),
    ],
)
def test_a_broken_line_costs_only_itself(line: bytes, reason: str) -> None:
    chunk = read(b'{"name":"before"}\n' + line + b'\n\n{"name":"after"}')
    assert rows(chunk) == [{"name": "before"}, {"name": "after"}]
    ((file, number, why),) = [(bad.file, bad.line, bad.reason) for bad in chunk.bad]
    assert (file, number) == ("s3://b/f.json", 2)
    assert any(part in why for part in reason.split("|"))


def test_other_types_become_text_in_a_text_column() -> None:
    text = '{"name":5}\n{"name":true}\n{"name":{"a":[1]}}\n'
    assert rows(read(text)) == [{"name": "5"}, {"name": "true"}, {"name": '{"a":[1]}'}]


def test_a_whole_float_is_a_whole_number() -> None:
    assert rows(read('{"i":3.0,"big":1655564444103.0,"n":7}\n')) == [{"i": 3, "big": 1655564444103, "n": 7.0}]


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ('{"n":"x"}', "double", {"double": None, "string": "x"}),
        ('{"n":true}', "double", {"boolean": True, "double": None}),
        ('{"i":1.5}', "int", {"double": 1.5, "int": None}),
        ('{"i":3000000000}', "int", {"int": None, "long": 3_000_000_000}),
        ('{"i":"7"}', "int", {"int": None, "string": "7"}),
        ('{"big":{"a":1}}', "bigint", {"long": None, "string": '{"a":1}'}),
        ('{"big":99999999999999999999}', "bigint", {"long": None, "string": "99999999999999999999"}),
        ('{"big":0.5}', "bigint", {"double": 0.5, "long": None}),
        ('{"ok":1}', "boolean", {"boolean": None, "long": 1}),
    ],
)
@pytest.mark.parametrize("others", [0, 4000])
def test_a_wrong_type_makes_a_choice_and_is_named(line: str, kind: str, value: dict[str, Any], others: int) -> None:
    column = next(iter(json.loads(line)))
    good = {"n": 2.5, "i": 2, "big": 2, "ok": True}[column]
    usual = json.dumps({column: good}) + "\n"
    chunk = read(f'{{"name":"a"}}\n{usual}{line}\n' + usual * others)
    assert is_choice(chunk.table.schema.field(column))
    values = chunk.table[column].to_pylist()
    own = {"bigint": "long"}.get(kind, kind)
    assert values == [None, dict.fromkeys(value) | {own: good}, value, *[dict.fromkeys(value) | {own: good}] * others]
    (misfit,) = chunk.misfits
    assert str(misfit).startswith(f"s3://b/f.json, line 3: column '{column}' is {kind}, but the value is ")


NESTED = [
    ("a", "bigint"),
    ("st", "struct<p:string,q:bigint>"),
    ("ar", "array<bigint>"),
    ("d", "decimal(10,2)"),
    ("t", "timestamp"),
]


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        ('{"st":"x"}', "st", "x"),
        ('{"st":[]}', "st", "[]"),
        ('{"st":{"q":1.5}}', "st", '{"q":1.5}'),
        ('{"ar":"x"}', "ar", "x"),
        ('{"ar":[1.5,2]}', "ar", "[1.5,2]"),
        ('{"ar":[true]}', "ar", "[true]"),
        ('{"d":"x"}', "d", "x"),
        ('{"t":"no time"}', "t", "no time"),
    ],
)
def test_a_wrong_type_inside_of_a_value_is_no_crash_and_changes_nothing(line: str, column: str, text: str) -> None:
    chunk = read(f'{{"a":1}}\n{line}\n', NESTED)
    (misfit,) = chunk.misfits
    assert misfit.column == column
    assert chunk.table[column].to_pylist()[1]["string"] == text


@pytest.mark.parametrize("neighbour", ['{"a":1}', '{"a":null}'])
@pytest.mark.parametrize(
    ("value", "column", "expected"),
    [
        ('{"p":"x","zz":1}', "st", {"p": "x", "q": None}),
        ('{"P":"x","Q":2}', "st", {"p": "x", "q": 2}),
        ("1.5", "d", Decimal("1.50")),
        ("[1,null]", "ar", [1, None]),
    ],
)
def test_a_value_is_the_same_whatever_its_neighbours_are(
    neighbour: str, value: str, column: str, expected: Any
) -> None:
    chunk = read(f'{neighbour}\n{{"{column}":{value}}}\n', NESTED)
    assert chunk.misfits == []
    assert chunk.table[column].to_pylist()[1] == expected
    assert chunk.table.schema.field(column).type == JsonReader(NESTED, "t").schema.field(column).type  # type: ignore[union-attr]


def test_two_broken_lines_do_not_make_up_for_each_other() -> None:
    chunk = read('{"name":"a"} {"name":"b"}\n{"name":\n"c"}\n')
    assert (chunk.table.num_rows, [bad.line for bad in chunk.bad]) == (0, [1, 2, 3])


def test_huge_whole_numbers_beside_fractions_and_text() -> None:
    chunk = read('{"x":9007199254740993}\n{"x":1.5}\n{"x":"s"}\n', None)
    assert chunk.table["x"].to_pylist()[1:] == [{"double": 1.5, "string": None}, {"double": None, "string": "s"}]


def test_types_are_inferred_without_a_catalog() -> None:
    chunk = read('{"day":"2020-01-01","N":1}\n{"day":"x","N":1.5,"s":{"t":"2020-01-01 00:00:00"}}\n', None)
    assert [str(kind) for kind in chunk.table.schema.types] == ["string", "double", "struct<t: string>"]
    assert rows(chunk)[0] == {"day": "2020-01-01", "N": 1.0}


def test_a_changing_type_is_a_choice_without_a_catalog() -> None:
    chunk = read('{"a":1}\n{"a":"x"}\n{"a":2.5}\n{}\n', None)
    assert is_choice(chunk.table.schema.field("a"))
    assert chunk.table["a"].to_pylist() == [
        {"double": 1.0, "string": None},
        {"double": None, "string": "x"},
        {"double": 2.5, "string": None},
        None,
    ]


def test_objects_over_several_lines_and_arrays() -> None:
    text = '[{"a":\n1},{"a":2}]\n{"a":\n\n3}   {"a":4}\n{"broken"'
    chunk = read(lines_of(text.encode()), [("a", "int")])
    assert (rows(chunk), len(chunk.bad)) == ([{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}], 1)


@pytest.mark.parametrize(
    "text",
    [
        '[{"a":"x\ny"},{"a":"z"}]',
        '[{"a":1},{"a":2}]',
        '[ {"a":1} ,\n {"a":2}\n]\n',
        '{"a":1},{"a":2}',
        '[{"a":1} {"a":2}]',
        '[{"a":1}] [{"a":2}]',
        '[{"a":1},]',
        '[{"a":1},{"a":2}',
        '[{"a":"},{"},{"a":"z"}]',
        '[{"a":1,"b":[{"c":1},{"c":2}]},{"a":2,"b":[]}]',
        '{"a":\n1}\n{"a":2}   {"a":3}',
        "[1,2]",
        "[]",
        "",
        "nonsense",
    ],
)
def test_a_text_over_lines_is_read_as_its_objects_one_by_one(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    source = TextSource(tmp_path, [tmp_path / "a.json"], "json", {"multiLine": "true"}, None, [], "t")
    staged = Stage(str, tmp_path).read(source)
    exact = by_record(lines_of(text.encode()).decode(), None)
    found = (
        [row for file in data_files(staged.folder) for row in pq.read_table(file).to_pylist()] if staged.folder else []
    )
    assert found == exact.table.to_pylist()
    assert [bad.reason for bad in staged.bad] == [bad.reason for bad in exact.bad]


def test_a_null_in_a_text_that_is_shorter_than_a_columns_name() -> None:
    chunk = read('{"n":null}\n', [("n", "int"), ("a_column_with_a_long_name", "string")])
    assert {name: told.to_pylist() for name, told in chunk.explicit_nulls.items()} == {"n": [True]}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT | st.none(),
        "n": st.floats(allow_nan=False, allow_infinity=False) | st.none(),
        "i": st.integers(-(2**31), 2**31 - 1),
        "ok": st.booleans(),
        "other": st.integers() | TEXT,
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=8), st.booleans())
def test_reads_what_pythons_json_reads(records: list[dict[str, Any]], ascii_only: bool) -> None:
    text = "".join(json.dumps(record, ensure_ascii=ascii_only) + "\n" for record in records)
    known = {name for name, _ in COLUMNS}
    expected = [{k: v for k, v in record.items() if k in known and v is not None} for record in records]
    assert rows(read(text)) == expected


def test_a_large_file_is_read_in_parts_with_right_line_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awsglue_local.files.file_bytes.CHUNK_BYTES", 1000)
    monkeypatch.setattr("awsglue_local.files.parquet_files.PART_BYTES", 2000)
    lines = [f'{{"i":{number}}}' for number in range(2000)]
    lines[1234] = "broken"
    folder = tmp_path / "bucket" / "t"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("\n".join(lines))
    (folder / "b.json").write_bytes(b'\xef\xbb\xbf{"i":7}\n')
    files = sorted(folder.iterdir())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    staged = Stage(Lake(tmp_path).uri, scratch).read(TextSource(folder, files, "json", {}, [("i", "int")], [], "t"))
    assert staged.rows == 2000
    assert [(bad.file, bad.line) for bad in staged.bad] == [("s3://bucket/t/a.json", 1235)]
    assert len(list(scratch.glob("*/*.parquet"))) > 1


def by_record(text: str, columns: list[tuple[str, str]] | None) -> JsonChunk:
    """Return what the reference makes of the lines."""
    lines = [(number, line) for number, line in enumerate(text.encode().split(b"\n"), 1) if line.strip()]
    return read_records(lines, "s3://b/f.json", JsonReader(columns, "").schema, "table d.t")


def assert_same(fast: JsonChunk, slow: JsonChunk) -> None:
    """Compare rows, types, bad records, misfits, and which nulls are explicit."""
    assert dict(zip(fast.table.column_names, fast.table.schema.types, strict=True)) == dict(
        zip(slow.table.column_names, slow.table.schema.types, strict=True)
    )
    # as text, because no number that is none equals itself
    assert str(fast.table.to_pylist()) == str(slow.table.select(fast.table.column_names).to_pylist())
    assert [one.metadata for one in fast.table.schema] == [
        slow.table.schema.field(name).metadata for name in fast.table.column_names
    ]
    assert fast.bad == slow.bad
    assert sorted(map(str, fast.misfits)) == sorted(map(str, slow.misfits))
    assert {name: told.to_pylist() for name, told in fast.explicit_nulls.items()} == {
        name: told.to_pylist() for name, told in slow.explicit_nulls.items()
    }


def odd_lines(count: int) -> list[str]:
    return [f'{{"name":"n{number}","a":{number}}}' for number in range(count)]


def test_a_large_part_with_unusual_lines_is_read_as_record_by_record() -> None:
    lines = odd_lines(4000)
    lines[7] = '{"name":null,"a":7}'
    lines[8] = "{broken"
    lines[9] = '{"name":"a "quote"","a":8}'
    lines[2000] = '{"NAME":"other case","a":1}'
    lines[2400] = '{"a":1,"A":2}'
    lines[2500] = '{"name":"text","a":1'
    lines[2600] = '{"name":{"of":"more"},"a":1.0}'
    lines[2700] = '{"name":1,"a":1.5}'
    lines[3000] = ""
    lines[3999] = '{"a":null}'
    text, columns = "\n".join(lines), [("name", "string"), ("a", "int")]
    fast = read(text, columns)
    assert_same(fast, by_record(text, columns))
    assert [bad.line for bad in fast.bad] == [9, 10, 2501]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('{"name":null,"a":1}', id="an explicit null"),
        pytest.param('{"name":null,"b":"\\\\","a":1}', id="a null beside a backslash"),
        pytest.param('{"name":"x","a":1,"b":{"name":null}}', id="a null inside of a struct"),
        pytest.param('{"name":"\\"name\\":null","a":null}', id="a null in a text"),
        pytest.param('{ "name" :\tnull , "a" : null }', id="a null with spaces"),
        pytest.param('{"name":"x","a":"1"}', id="a number in quotes"),
        pytest.param('{"name":"x","a":1.5}', id="a fraction"),
        pytest.param('{"name":"x","a":1.0}', id="a whole fraction"),
        pytest.param('{"name":5,"a":1}', id="a number for a name"),
        pytest.param('{"name":{"b":[1,2.50]},"a":1}', id="a struct for a name"),
        pytest.param('{"Name":"x","A":1}', id="another case"),
        pytest.param('{"Name":"x","name":"y","a":1}', id="two cases in a record"),
        pytest.param('{"name":"x","name":"y","a":1}', id="a key twice"),
        pytest.param("{}", id="no keys"),
        pytest.param('{"name":"x","a":', id="cut off"),
        pytest.param('{"name":x,"a":1}', id="broken inside"),
        pytest.param('{"name":"x"} {"a":1}', id="two objects"),
        pytest.param("[1]", id="no object"),
        pytest.param('{"name":"2020-01-01","a":1,"b":{"t":["2020-01-01"]}}', id="a date"),
        pytest.param('{"name":"x","b":NaN,"a":1}', id="no number"),
        pytest.param('{"name":"x","a":99999999999}', id="too large"),
        pytest.param(' {"name":"x","a":1} ', id="spaces around"),
    ],
)
@pytest.mark.parametrize("every", [1, 2, 100])
@pytest.mark.parametrize("columns", [[("name", "string"), ("a", "int")], None])
def test_odd_lines_are_read_as_record_by_record(line: str, every: int, columns: list[tuple[str, str]] | None) -> None:
    lines = odd_lines(300)
    lines[every - 1 :: every] = [line] * (300 // every)
    text = "\n".join(lines)
    assert_same(read(text, columns), by_record(text, columns))


VALUE = st.none() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9) | TEXT | st.booleans() | st.just("2020-01-01")
SPOILT = st.sampled_from(["{", '{"a":}', "[]", "7", '{"a":1}x', "nonsense", '{"a":NaN}', '{"A":null,"a":1}'])
ANY_RECORD = st.dictionaries(st.sampled_from(["a", "A", "b", "c d", "\u00e9"]), VALUE, max_size=4).map(json.dumps)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(ANY_RECORD | SPOILT, min_size=1, max_size=12),
    st.sampled_from([None, [("a", "bigint"), ("b", "string"), ("c d", "double"), ("\u00e9", "string")]]),
)
def test_any_lines_are_read_as_record_by_record(lines: list[str], columns: list[tuple[str, str]] | None) -> None:
    text = "\n".join(lines)
    assert_same(read(text, columns), by_record(text, columns))
