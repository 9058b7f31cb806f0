"""XML files as JSON lines, a line an element of the row's tag, as Glue's XML format options have it.

"Using the XML format in AWS Glue" (AWS Glue Developer Guide): attributes begin with `_`, the text of an element that
has attributes is `_VALUE`, an element that comes several times is an array. Numbers and truth values are what they look
like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

import orjson

from awsglue_local.errors import GlueLocalError, SourceError

WHOLE = re.compile(r"[+-]?\d{1,18}")
FRACTION = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?")


class _Element:
    """An element that is being read."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.children: dict[str, list[Any]] = {}
        self.text = ""


class _Rows:
    """What a parser tells of a file, put together to rows."""

    def __init__(self, tag: str, options: Mapping[str, Any], name: str) -> None:
        self._tag, self._options, self._name = tag, options, name
        self._open: list[_Element] = []
        self.lines: list[bytes] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._open or tag == self._tag:
            self._open.append(_Element(attributes))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def end(self, tag: str) -> None:
        if not self._open:
            return
        value = _value(self._open.pop(), self._options)
        if self._open:
            self._open[-1].children.setdefault(tag, []).append(value)
        else:
            row = value if isinstance(value, dict) else {_value_tag(self._options): value}
            self.lines.append(orjson.dumps(row))

    def refuse(self, *_: Any) -> None:
        raise SourceError(f"{self._name}: the XML declares entities, which are not read")


def json_lines(content: bytes, options: Mapping[str, Any], name: str) -> bytes:
    """Return the elements that are rows, a JSON object each.

    Parameters
    ----------
    options
        Glue's format options: `rowTag`, `attributePrefix`, `valueTag`, `excludeAttribute`, `treatEmptyValuesAsNulls`,
        `ignoreSurroundingSpaces`, `encoding`.

    Raises
    ------
    GlueLocalError
        The options have no `rowTag`.
    SourceError
        The content is no XML, or declares entities.
    """
    tag = str(options.get("rowTag") or "")
    if not tag:
        raise GlueLocalError('the format xml needs the format option "rowTag": the name of the elements that are rows')
    rows = _Rows(tag, options, name)
    parser = ParserCreate(str(options["encoding"]) if options.get("encoding") else None)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = rows.start, rows.end, rows.text
    parser.EntityDeclHandler = rows.refuse
    try:
        parser.Parse(content, True)
    except (ExpatError, LookupError) as error:
        raise SourceError(f"{name} cannot be read as xml: {error}") from error
    return b"\n".join(rows.lines)


def _value(element: _Element, options: Mapping[str, Any]) -> Any:
    """Return what an element stands for: a value, or an object of its attributes and elements."""
    prefix = str(options.get("attributePrefix", "_"))
    excluded = _is_true(options.get("excludeAttribute"))
    members = {} if excluded else {prefix + key: _typed(one, options) for key, one in element.attributes.items()}
    members |= {tag: values[0] if len(values) == 1 else values for tag, values in element.children.items()}
    stripped = element.text.strip()
    value = _typed(
        stripped if _is_true(options.get("ignoreSurroundingSpaces")) or not stripped else element.text, options
    )
    if not members:
        return value
    return {**members, _value_tag(options): value} if stripped else members


def _value_tag(options: Mapping[str, Any]) -> str:
    return str(options.get("valueTag", "_VALUE"))


def _typed(text: str, options: Mapping[str, Any]) -> Any:
    """Return a text as the number or truth value that it looks like."""
    if not text:
        return None if _is_true(options.get("treatEmptyValuesAsNulls")) else ""
    plain = text.strip()
    if WHOLE.fullmatch(plain):
        return int(plain)
    if FRACTION.fullmatch(plain):
        return float(plain)
    return {"true": True, "false": False}.get(plain.lower(), text)


def _is_true(option: Any) -> bool:
    return str(option).lower() == "true"
