"""The columns of the training data, from its definition."""

from __future__ import annotations

from scripts import stedi


def table() -> str:
    """Return a line for each column."""
    (training,) = [one for one in stedi.tables() if one.name == stedi.TRAINING_TABLE]
    columns = training.definition["StorageDescriptor"]["Columns"]
    lines = [f"| `{column['Name']}` | {column['Type']} | {column['Comment']} |" for column in columns]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *lines]) + "\n"
