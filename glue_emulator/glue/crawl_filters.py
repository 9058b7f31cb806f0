"""The filters of ListCrawls."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from typing import Any

from moto.glue.exceptions import InvalidInputException

from glue_emulator.glue.crawlers import Crawl
from glue_emulator.glue.refusals import ValidationFailed

STATES = {"SUCCEEDED": "COMPLETED", "CANCELLED": "STOPPED"}
"""What ListCrawls calls the states of a crawl."""
FIELDS = ("START_TIME", "END_TIME", "STATE", "CRAWL_ID", "DPU_HOUR")
COMPARE = {
    "LT": operator.lt,
    "EQ": operator.eq,
    "GT": operator.gt,
    "NE": operator.ne,
    "LE": operator.le,
    "GE": operator.ge,
}


def state_of(crawl: Crawl) -> str:
    """Return the state as ListCrawls has it."""
    return STATES.get(crawl.state, crawl.state)


def filtered(crawls: list[Crawl], filters: list[dict[str, Any]]) -> list[Crawl]:
    """Return the crawls that all filters let through.

    Raises
    ------
    ValidationFailed, InvalidInputException
        A filter is none.
    """
    for number, one in enumerate(filters, 1):
        _refuse(one, number)
    return [crawl for crawl in crawls if all(_passes(crawl, one) for one in filters)]


def _refuse(one: dict[str, Any], number: int) -> None:
    field, sign, value = (one.get(name) for name in ("FieldName", "FilterOperator", "FieldValue"))
    for member, given, allowed in (("fieldName", field, FIELDS), ("filterOperator", sign, tuple(COMPARE))):
        if given is not None and given not in allowed:
            raise ValidationFailed(
                f"Value '{given}' at 'filters.{number}.member.{member}' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(allowed)}]"
            )
    if None in (field, sign, value):
        words = ", ".join(
            f"{name}: {'null' if given is None else given}"
            for name, given in (("FieldName", field), ("FilterOperator", sign), ("FieldValue", value))
        )
        raise InvalidInputException("ListCrawls", f"Invalid Filter Provided: {words}")
    if field in ("CRAWL_ID", "STATE") and sign not in ("EQ", "NE"):
        raise InvalidInputException("ListCrawls", f"Only EQ or NE operator is allowed for field : {field}")


def _passes(crawl: Crawl, one: dict[str, Any]) -> bool:
    field, value = one["FieldName"], str(one["FieldValue"])
    compare = COMPARE[one["FilterOperator"]]
    if field in ("CRAWL_ID", "STATE"):
        return bool(compare(crawl.id if field == "CRAWL_ID" else state_of(crawl), value))
    if field == "DPU_HOUR":
        return bool(compare(0.0, _number(value)))
    at = crawl.started if field == "START_TIME" else crawl.completed
    return at is not None and bool(compare(at, _moment(value)))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInputException("ListCrawls", f"Invalid Filter Provided: {text} is no number") from error


def _moment(text: str) -> datetime:
    """Return the time that a filter names: epoch milliseconds, or ISO 8601."""
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, OverflowError) as error:
        raise InvalidInputException("ListCrawls", f"Invalid Filter Provided: {text} is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
