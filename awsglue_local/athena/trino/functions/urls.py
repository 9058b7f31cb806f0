"""The functions of https://trino.io/docs/current/functions/url.html."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, unquote_plus, urlsplit

from awsglue_local.athena.trino.calls import Rule, when_given

PAGE = "url"
NO_ADDRESS = re.compile(r'[\s<>"{}|\\^`]')


def url_encode(text: str) -> str:
    return quote(text, safe="-_.*").replace("%20", "+").replace("~", "%7E")


def url_decode(text: str) -> str:
    return unquote_plus(text)


def _split(text: str) -> SplitResult | None:
    try:
        return None if NO_ADDRESS.search(text) else urlsplit(text)
    except ValueError:
        return None


def url_extract_protocol(text: str) -> str | None:
    found = _split(text)
    return None if found is None else found.scheme


def url_extract_host(text: str) -> str | None:
    found = _split(text)
    if found is None:
        return None
    host = found.netloc.rpartition("@")[2]
    return re.sub(r":\d*$", "", host)


def url_extract_port(text: str) -> int | None:
    found = _split(text)
    try:
        return None if found is None else found.port
    except ValueError:
        return None


def url_extract_path(text: str) -> str | None:
    found = _split(text)
    return None if found is None else unquote(found.path)


def url_extract_query(text: str) -> str | None:
    found = _split(text)
    return None if found is None else unquote(found.query)


def url_extract_fragment(text: str) -> str | None:
    found = _split(text)
    return None if found is None else unquote(found.fragment)


def url_extract_parameter(text: str, name: str) -> str | None:
    found = _split(text)
    pairs = parse_qsl(found.query, keep_blank_values=True) if found is not None else []
    return next((value for key, value in pairs if key == name), None)


RULES: dict[str, Rule] = {
    "url_decode(varchar) -> varchar": when_given(url_decode),
    "url_encode(varchar) -> varchar": when_given(url_encode),
    "url_extract_fragment(varchar) -> varchar": when_given(url_extract_fragment),
    "url_extract_host(varchar) -> varchar": when_given(url_extract_host),
    "url_extract_parameter(varchar, varchar) -> varchar": when_given(url_extract_parameter),
    "url_extract_path(varchar) -> varchar": when_given(url_extract_path),
    "url_extract_port(varchar) -> bigint": when_given(url_extract_port),
    "url_extract_protocol(varchar) -> varchar": when_given(url_extract_protocol),
    "url_extract_query(varchar) -> varchar": when_given(url_extract_query),
}
