"""CSV as each of its readers has it: Glue's own, and Hive's two SerDes as Athena documents them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from awsglue_local.errors import SourceError
from awsglue_local.files.csv_files import csv_options, read_csv
from awsglue_local.storage.table import Table

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
NONE: dict[str, Any] = {}
COMMA = {"field.delim": ","}


def table(serde: str, parameters: dict[str, str], **more: str) -> Table:
    info = {"SerializationLibrary": serde, "Parameters": parameters}
    own = {"classification": "csv", **more}
    return Table("db", {"Name": "t", "StorageDescriptor": {"SerdeInfo": info}, "Parameters": own})


def rows(text: str, options: dict[str, Any], columns: str | None = "a string, b string") -> list[Any]:
    kinds = [(name, kind) for name, kind in (one.split() for one in columns.split(","))] if columns else None
    return [
        tuple(row.values()) for row in read_csv(text.encode(), "s3://b/x.csv", options, kinds, "t").table.to_pylist()
    ]


def of_serde(text: str, serde: str, columns: str = "a string, b string", **parameters: str) -> list[Any]:
    return rows(text, csv_options(table(serde, parameters), of_serde=True), columns)


@pytest.mark.parametrize(
    ("text", "glue", "lazy", "open_csv"),
    [
        ('1,"x"\n', [("1", "x")], [("1", '"x"')], [("1", "x")]),
        ('1,"x,y"\n', [("1", "x,y")], [("1", '"x')], [("1", "x,y")]),
        ('1,"say ""hi"""\n', [("1", 'say "hi"')], [("1", '"say ""hi"""')], [("1", 'say "hi"')]),
        (r'1,"a\"b"' + "\n", None, [("1", r'"a\"b"')], [("1", 'a"b')]),
        ("1,C:\\temp\n", [("1", "C:\\temp")], [("1", "C:\\temp")], [("1", "C:temp")]),
        ("1\n2,x\n", [("1", None), ("2", "x")], [("1", None), ("2", "x")], [("1", None), ("2", "x")]),
        ("1,x,more\n2,y\n", None, [("1", "x"), ("2", "y")], [("1", "x"), ("2", "y")]),
        ("1,\n", [("1", "")], [("1", "")], [("1", "")]),
        ("1,\\N\n", [("1", "\\N")], [("1", None)], [("1", "N")]),
        ("1,x\r\n2,y\r\n", [("1", "x"), ("2", "y")], [("1", "x"), ("2", "y")], [("1", "x"), ("2", "y")]),
        ("1,x\n\n2,y\n", [("1", "x"), ("2", "y")], [("1", "x"), ("", None), ("2", "y")], [("1", "x"), ("", None), ("2", "y")]),
        ("1,'x'\n", [("1", "'x'")], [("1", "'x'")], [("1", "'x'")]),
        ("é,ü\n", [("é", "ü")], [("é", "ü")], [("é", "ü")]),
    ],
)  # fmt: skip
def test_the_three_readers(text: str, glue: list[Any] | None, lazy: list[Any], open_csv: list[Any]) -> None:
    assert of_serde(text, LAZY, **COMMA) == lazy
    assert of_serde(text, OPEN) == open_csv
    if glue is not None:
        assert rows(text, csv_options(table(OPEN, {}))) == glue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('1,ab""c', [("1", 'ab"c')]),  # inside of a field a doubled quote is one, also without quotes around it
        ('1,ab"c"d', [("1", 'ab"c"d')]),
        (r"1,a\"b", [("1", 'a"b')]),
        ('1,a"', [("1", None)]),
        (r"1,a\\b", [("1", r"a\b")]),
        (r"1,\\b", [("1", "b")]),  # a field has not begun yet
        ('"1""",x', [('1"', "x")]),
    ],
)
def test_opencsv_takes_quotes_inside_of_fields(text: str, expected: list[Any]) -> None:
    assert of_serde(text + "\n", OPEN) == expected


def test_lazy_simple_without_a_delimiter_has_hives() -> None:
    assert of_serde("1,x\x012\n", LAZY) == [("1,x", "2")]
    assert of_serde("1,x\x012\n", LAZY, **{"serialization.format": "1"}) == [("1,x", "2")]
    assert of_serde("1;2\n", LAZY, **{"serialization.format": ";"}) == [("1", "2")]


def test_line_breaks_inside_of_quotes() -> None:
    text = 'a,b\n1,"x\ny"\n'
    assert rows(text, {"withHeader": True, "multiLine": True}) == [("1", "x\ny")]
    with pytest.raises(SourceError, match='line 3: a quoted text goes over several lines; set "multiLine": True'):
        rows(text, {"withHeader": True})
    # a SerDe sees lines; OpenCSVSerde leaves out a field whose quotes do not end
    assert of_serde('1,"x\ny"\n', LAZY, **COMMA) == [("1", '"x'), ('y"', None)]
    assert of_serde('1,"x\ny"\n', OPEN)[0] == ("1", None)


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ({"quoteChar": -1}, '"x,1\n', [('"x', "1")]),
        ({"quoteChar": -1}, '"a,b",1\n', None),
        ({"quoteChar": "'"}, "'x,y',\"1\"\n", [("x,y", '"1"')]),
        ({"separator": "|"}, "a|b\n", [("a", "b")]),
        ({"separator": "\t"}, "a\tb\n", [("a", "b")]),
        ({"escaper": "\\"}, "a\\,b,c\n", [("a,b", "c")]),
        ({"escaper": "\\"}, 'x,"a\\"b"\n', [("x", 'a"b')]),
        ({"escaper": "\\"}, "a\\nb,c\\\\d\n", [("a\nb", "c\\d")]),
        ({"escaper": -1}, "a\\,b\n", [("a\\", "b")]),
        ({"skipFirst": True}, "no,record\na,b\n", [("a", "b")]),
    ],
)
def test_glues_own_options(options: dict[str, Any], text: str, expected: list[Any] | None) -> None:
    if expected is None:
        with pytest.raises(SourceError, match="line 1 has 3 fields, but there are 2 columns"):
            rows(text, options)
    else:
        assert rows(text, options) == expected


def test_without_a_catalog_the_file_says_the_columns() -> None:
    assert rows('a,"b,c"\n1,2\n', {"withHeader": True}, None) == [("1", "2")]
    # without a header the longest record has a column for each field
    assert rows("1,2\n3,4,5\n", NONE, None) == [("1", "2", None), ("3", "4", "5")]
    assert rows('"a,b",c\n', {"quoteChar": -1}, None) == [('"a', 'b"', "c")]
    with pytest.raises(SourceError, match=r"s3://b/x.csv: line 2 has 3 fields, but there are 2 columns"):
        rows("a,b\n1,2,3\n", {"withHeader": True}, None)


def test_lazy_simple_takes_null_for_what_is_no_value() -> None:
    columns = "i int, d date, at timestamp, f double, y boolean, s string"
    text = "1,2024-02-29,2024-02-29 10:00:00.5,1.5,true,x\nx,29.2.2024,noon,y,maybe,\n,,,,,\\N\n"
    first = (1, datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 10, 0, 0, 500000), 1.5, True, "x")
    assert of_serde(text, LAZY, columns, **COMMA) == [first, (None,) * 5 + ("",), (None,) * 6]
    assert of_serde("NA,x\n", LAZY, **COMMA, **{"serialization.null.format": "NA"}) == [(None, "x")]
    assert of_serde("a\\|b|c\n", LAZY, **{"field.delim": "|", "escape.delim": "\\"}) == [("a|b", "c")]


def test_open_csv_has_epochs_for_times() -> None:
    """The example of "Open CSV SerDe" in Athena's user guide."""
    text = '"unixvalue creationdate 18276 creationdatetime 1579059880000","18276","1579059880000"\n'
    columns = "field1 string, d date, at timestamp"
    ((_, day, at),) = of_serde(text, OPEN, columns)
    assert (day, at) == (datetime.date(2020, 1, 15), datetime.datetime(2020, 1, 15, 3, 44, 40))


@pytest.mark.parametrize(("kind", "text"), [("int", ""), ("date", "2024-02-29"), ("timestamp", "2024-02-29 10:00:00"), ("double", "x")])  # fmt: skip
def test_open_csv_refuses_what_is_no_value(kind: str, text: str) -> None:
    with pytest.raises(SourceError, match=f"HIVE_BAD_DATA: Error parsing field value '{text}' for field 1"):
        of_serde(f"x,{text}\n", OPEN, f"a string, b {kind}")
    nulls = csv_options(table(OPEN, {}, **{"use.null.for.invalid.data": "TRUE"}), of_serde=True)
    assert rows(f"x,{text}\n", nulls, f"a string, b {kind}") == [("x", None)]


def test_a_value_of_another_type_makes_a_choice_for_glue() -> None:
    read = read_csv(
        b"id,n\n1,x\nDEFAULT,y\n\n,z\n", "s3://b/x.csv", {"skipLines": 1}, [("id", "bigint"), ("n", "string")], "t"
    )
    assert read.table.column("id").to_pylist() == [
        {"long": 1, "string": None},
        {"long": None, "string": "DEFAULT"},
        None,
    ]
    assert [str(one) for one in read.misfits] == [
        "s3://b/x.csv, line 3: column 'id' is bigint, but the value is \"DEFAULT\""
    ]
