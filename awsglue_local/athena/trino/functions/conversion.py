"""The functions of https://trino.io/docs/current/functions/conversion.html."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from awsglue_local.athena.trino.calls import Rule, when_given

PAGE = "conversion"
UNITS = {letter: 1000**power for power, letter in enumerate(["", "K", "M", "B", "T", "Q"])}
SIZES = {unit: 1024**power for power, unit in enumerate(["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"])}


def format_number(value: float) -> str:
    """Write a number with three digits and the letter of a thousand, a million and so on."""
    exact = Decimal(repr(value))
    letter = max((one for one in UNITS if abs(exact) >= UNITS[one]), key=lambda one: UNITS[one], default="")
    scaled = exact / UNITS[letter]
    digits = max(3 - len(str(int(abs(scaled)))), 0)
    text = f"{scaled.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + letter


def parse_data_size(text: str) -> Decimal:
    """Return the bytes that a text such as `2.3MB` means."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([A-Za-z]+)", text)
    if found is None or found[2] not in SIZES:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Invalid data size: '{text}'")
    return Decimal(int(Decimal(found[1]) * SIZES[found[2]]))


RULES: dict[str, Rule] = {
    "format_number(double) -> varchar": when_given(format_number),
    "parse_data_size(varchar) -> decimal(38,0)": when_given(parse_data_size),
}
