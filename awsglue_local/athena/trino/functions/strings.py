"""The functions of https://trino.io/docs/current/functions/string.html."""

from __future__ import annotations

import unicodedata

from awsglue_local.athena.trino.calls import Call, Rule, when_given
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import case
from awsglue_local.athena.trino.types import length_of, varchar

PAGE = "string"


def codepoint(call: Call) -> str:
    text = call.sql[0]
    failed = call.fail("Input string must be a single character string", kind=call.result)
    return f"CASE WHEN length({text}) <> 1 THEN {failed} ELSE unicode({text}) END"


def hamming_distance(left: str, right: str) -> int:
    if len(left) != len(right):
        raise ValueError(
            "INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length"
        )
    return sum(a != b for a, b in zip(left, right, strict=True))


def levenshtein_distance(left: str, right: str) -> int:
    before = list(range(len(right) + 1))
    for number, a in enumerate(left, 1):
        row = [number]
        for place, b in enumerate(right, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (a != b)))
        before = row
    return before[-1]


def luhn_check(text: str) -> bool:
    if not text.isdigit():
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Input string must contain only digits")
    digits = [int(one) for one in reversed(text)]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def normalize(text: str, form: str) -> str:
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


def pad(side: str) -> Rule:
    """Fill a text to a length with another one; a longer text is cut."""

    def rule(call: Call) -> str:
        text, size, filling = call.sql
        empty = call.fail("Padding string must not be empty")
        negative = call.fail("Target length must be in the range [0..2147483647]")
        given = f"{text} IS NOT NULL AND {filling} IS NOT NULL"
        done = f"{side}({text}, CAST({size} AS INTEGER), {filling})"
        wrong = ((f"{given} AND {size} < 0", negative), (f"{given} AND {filling} = ''", empty))
        return case(*wrong, otherwise=done)

    return rule


def split_limit(text: str, delimiter: str, limit: int) -> list[str]:
    if limit <= 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: The limit must be positive")
    if not delimiter:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string")
    return text.split(delimiter, limit - 1)


def split(call: Call) -> str:
    text, delimiter = call.sql
    failed = call.fail("The delimiter may not be the empty string")
    given = f"{text} IS NOT NULL AND {delimiter} = ''"
    return f"CASE WHEN {given} THEN {failed} ELSE string_split({text}, {delimiter}) END"


def split_part(text: str, delimiter: str, index: int) -> str | None:
    if index <= 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Index must be greater than zero")
    parts = text.split(delimiter) if delimiter else list(text)
    return parts[index - 1] if index <= len(parts) else None


def split_to_map(text: str, entry: str, pair: str) -> dict[str, str]:
    if not entry or not pair:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: The delimiters may not be the empty string")
    if entry == pair:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: entryDelimiter and keyValueDelimiter must not be the same")
    found: dict[str, str] = {}
    for part in text.split(entry) if text else []:
        key, there, value = part.partition(pair)
        if not there or pair in value:
            words = "Key-value delimiter must appear exactly once in each entry. Bad input: '" + part + "'"
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {words}")
        if key in found:
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Duplicate keys ({key}) are not allowed")
        found[key] = value
    return found


def split_to_multimap(text: str, entry: str, pair: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in text.split(entry) if text else []:
        key, there, value = part.partition(pair)
        if not there or pair in value:
            words = "Key-value delimiter must appear exactly once in each entry. Bad input: " + part
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {words}")
        found.setdefault(key, []).append(value)
    return found


def strpos_instance(text: str, part: str, instance: int) -> int:
    if instance == 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.")
    if not part:
        return 1
    places = [place for place in range(len(text)) if text.startswith(part, place)]
    wanted = instance - 1 if instance > 0 else len(places) + instance
    return places[wanted] + 1 if 0 <= wanted < len(places) else 0


SOUNDS = {
    letter: code for code, letters in enumerate(["BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"], 1) for letter in letters
}


def soundex(text: str) -> str:
    letters = [one for one in text.upper() if one.isalpha()]
    if not letters:
        return ""
    made, last = letters[0], SOUNDS.get(letters[0])
    for one in letters[1:]:
        code = SOUNDS.get(one)
        if code and code != last:
            made += str(code)
        if one not in "HW":
            last = code
    return made[:4].ljust(4, "0")


def substr(call: Call) -> str:
    """Take a part of a text; from 0 nothing, from a negative place counted from the end."""
    text, start, *length = call.sql
    rest = f", greatest({length[0]}, 0)" if length else ""
    done = f"substr({text}, CAST({start} AS BIGINT){rest})"
    return f"CASE WHEN {start} = 0 OR -{start} > length({text}) THEN '' ELSE {done} END"


def chr_(call: Call) -> str:
    code = call.sql[0]
    failed = call.fail("Not a valid Unicode code point")
    return case((f"{code} < 0 OR {code} > 1114111", failed), otherwise=f"chr(CAST({code} AS INTEGER))")


def replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


def replace_all(call: Call) -> Value:
    """Replace a part; the text is at most as long as if the new one stood before and after each character."""
    length, new = (length_of(call.arguments[place].type) for place in (0, 2))
    return Value(str(when_given(replace)(call)), varchar(length + new * (length + 1)))


def from_utf8(data: bytes, instead: str = "\ufffd") -> str:
    if len(instead) > 1:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Replacement character string must empty or a single character")
    return data.decode("utf-8", "replace").replace("\ufffd", instead)


def translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, one in enumerate(old):
        table.setdefault(ord(one), new[place] if place < len(new) else None)
    return text.translate(table)


def concat(call: Call) -> str:
    if len(call.sql) < 2:
        raise call.refused("There must be two or more concatenation arguments", "FUNCTION_NOT_FOUND")
    return f"({' || '.join(call.sql)})"


def concat_ws(call: Call) -> str:
    separator, *rest = call.sql
    return f"CASE WHEN {separator} IS NOT NULL THEN array_to_string([{', '.join(rest)}], {separator}) END"


WHITE = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '"
UPPER = "CASE WHEN contains({0}, 'ß') THEN replace(upper(replace({0}, 'ß', chr(1))), chr(1), 'ß') ELSE upper({0}) END"
"""Java's upper case of a code point leaves the sharp s as it is."""
RULES: dict[str, Rule] = {
    "chr(bigint) -> varchar(1)": chr_,
    "codepoint(varchar) -> integer": codepoint,
    "concat(varchar...) -> varchar": concat,
    "concat_ws(varchar, varchar...) -> varchar": concat_ws,
    "concat_ws(varchar, array(varchar)) -> varchar": "CASE WHEN {0} IS NOT NULL THEN array_to_string({1}, {0}) END",
    "ends_with(varchar, varchar) -> boolean": "suffix({0}, {1})",
    "hamming_distance(varchar, varchar) -> bigint": when_given(hamming_distance),
    "length(varchar) -> bigint": "length({0})",
    "levenshtein_distance(varchar, varchar) -> bigint": when_given(levenshtein_distance),
    "lower(varchar(x)) -> varchar(x)": "lower({0})",
    "lpad(varchar, bigint, varchar) -> varchar": pad("lpad"),
    "ltrim(varchar(x)) -> varchar(x)": f"ltrim({{0}}, {WHITE})",
    "ltrim(varchar(x), varchar) -> varchar(x)": "ltrim({0}, {1})",
    "luhn_check(varchar) -> boolean": when_given(luhn_check),
    "normalize(varchar, varchar) -> varchar": when_given(normalize),
    "replace(varchar(x), varchar) -> varchar(x)": "replace({0}, {1}, '')",
    "replace(varchar, varchar, varchar) -> varchar": replace_all,
    "reverse(varchar(x)) -> varchar(x)": "reverse({0})",
    "rpad(varchar, bigint, varchar) -> varchar": pad("rpad"),
    "rtrim(varchar(x)) -> varchar(x)": f"rtrim({{0}}, {WHITE})",
    "rtrim(varchar(x), varchar) -> varchar(x)": "rtrim({0}, {1})",
    "soundex(varchar) -> varchar(4)": when_given(soundex),
    "split(varchar(x), varchar) -> array(varchar(x))": split,
    "split(varchar(x), varchar, bigint) -> array(varchar(x))": when_given(split_limit),
    "split_part(varchar, varchar, bigint) -> varchar": when_given(split_part),
    "split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)": when_given(split_to_map),
    "split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))": when_given(split_to_multimap),
    "starts_with(varchar, varchar) -> boolean": "starts_with({0}, {1})",
    "strpos(varchar, varchar) -> bigint | position(varchar, varchar) -> bigint": "strpos({0}, {1})",
    "strpos(varchar, varchar, bigint) -> bigint": when_given(strpos_instance),
    "substr(varchar(x), bigint) -> varchar(x) | substring(varchar(x), bigint) -> varchar(x)": substr,
    "substr(varchar(x), bigint, bigint) -> varchar(x) | substring(varchar(x), bigint, bigint) -> varchar(x)": substr,
    "translate(varchar, varchar, varchar) -> varchar": when_given(translate),
    "trim(varchar(x)) -> varchar(x)": f"trim({{0}}, {WHITE})",
    "trim(varchar(x), varchar) -> varchar(x)": "trim({0}, {1})",
    "upper(varchar(x)) -> varchar(x)": UPPER,
    "to_utf8(varchar) -> varbinary": "encode({0})",
    "from_utf8(varbinary) -> varchar | from_utf8(varbinary, varchar) -> varchar": when_given(from_utf8),
}
