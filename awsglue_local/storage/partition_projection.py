"""Partition projection: a table's parameters say which partitions there are, and where; the catalog keeps none.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import Partition, Table

ENABLED = "projection.enabled"
TEMPLATE = "storage.location.template"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def is_projected(table: Table) -> bool:
    """Say whether a table's partitions follow from its parameters."""
    return bool(table.partition_keys) and table.parameters.get(ENABLED, "").lower() == "true"


def projected_partitions(table: Table, folder: Path, files: Iterable[Path]) -> list[Partition]:
    """Return the partitions that the parameters allow and that have files.

    Parameters
    ----------
    folder
        Of the table's location, where its files are.

    Raises
    ------
    GlueLocalError
        A parameter is missing, or of a kind that is not known here.
    """
    template = table.parameters.get(TEMPLATE)
    base = table.location.rstrip("/")
    if template is not None and not template.startswith(f"{base}/"):
        raise GlueLocalError(
            f"table {table.database}.{table.name}: {TEMPLATE} {template} leads out of the table's location {base}"
        )
    hive = "/".join(f"{key}=${{{key}}}" for key, _ in table.partition_keys)
    pattern = _pattern(template.removeprefix(f"{base}/").strip("/") if template else hive)
    found: dict[str, Partition] = {}
    for file in files:
        place = file.parent.relative_to(folder).as_posix()
        match = pattern.match(place)
        if match is None or match[0] in found:
            continue
        values = tuple(match[key] for key, _ in table.partition_keys)
        if all(_is_allowed(table, key, value) for (key, _), value in zip(table.partition_keys, values, strict=True)):
            found[match[0]] = Partition(values, f"{base}/{match[0]}/")
    return list(found.values())


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of the folders that a template names."""
    parts = PLACEHOLDER.split(template)
    texts = [_group(part, parts[:place]) if place % 2 else re.escape(part) for place, part in enumerate(parts)]
    return re.compile(f"{''.join(texts)}(?=/|$)")


def _group(key: str, before: list[str]) -> str:
    return f"(?P={key})" if key in before[1::2] else f"(?P<{key}>[^/]+?)"


def _is_allowed(table: Table, key: str, value: str) -> bool:
    parameters = table.parameters
    kind = parameters.get(f"projection.{key}.type", "").lower()
    if kind == "enum":
        return value in [one.strip() for one in parameters.get(f"projection.{key}.values", "").split(",")]
    if kind == "injected":
        return True
    low, _, high = (one.strip() for one in parameters.get(f"projection.{key}.range", "").partition(","))
    if kind == "integer" and low and high:
        return value.isdigit() and int(low) <= int(value) <= int(high)
    if kind == "date" and low and high:
        # bounds such as NOW-3YEARS move with the clock; a folder of the future has no files
        is_late_enough = "NOW" in low or value >= low
        return is_late_enough and ("NOW" in high or value <= high)
    raise GlueLocalError(
        f"table {table.database}.{table.name}: projection.{key}.type is {kind or 'missing'}; "
        "enum, integer, date and injected are known, with their values or range"
    )
