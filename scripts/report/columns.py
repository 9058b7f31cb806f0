"""Where the columns of the training data come from, and where those that name a person stop."""

from __future__ import annotations

from dataclasses import dataclass

from awsglue_local.storage.table import Table
from glue_canvas import Canvas
from glue_canvas.flow.lineage import Lineage, Spot, told
from scripts import privacy, stedi
from scripts.stedi import Lakehouse

TRAINING = f"{stedi.DATABASE}.{stedi.TRAINING_TABLE}"


@dataclass(frozen=True)
class TrainingColumn:
    """A column of the training data: its type, what it is, the landing columns it is made of and the way from each."""

    name: str
    type: str
    comment: str
    origins: list[str]
    ways: list[str]
    is_personal: bool


@dataclass(frozen=True)
class PersonalColumn:
    """A landing column that names a person: the tables it gets into, and the nodes that leave it out."""

    name: str
    tables: list[str]
    stops: list[str]
    reaches_training: bool


def training_columns(lineage: Lineage, definitions: list[Table]) -> list[TrainingColumn]:
    """Return every column that jobs write to the training table, also one that its definition does not have."""
    (table,) = [one for one in definitions if one.name == stedi.TRAINING_TABLE]
    storage = table.definition["StorageDescriptor"]["Columns"]
    known = {column["Name"]: (column["Type"], column.get("Comment", "")) for column in storage}
    personal = set(privacy.personal_columns(definitions))
    found = []
    for spot in lineage.columns((stedi.DATABASE, stedi.TRAINING_TABLE)):
        origins = lineage.origins(spot)
        kind, comment = known.get(spot.column, ("?", "not in the table's definition"))
        ways = [told(way) for way in origins.values()]
        found.append(
            TrainingColumn(
                spot.column, kind, comment, [str(one) for one in origins], ways, bool(personal & set(origins))
            )
        )
    return found


def personal_columns(lineage: Lineage, lakehouse: Lakehouse) -> list[PersonalColumn]:
    """Return every landing column that names a person."""
    personal = privacy.personal_columns(lakehouse.tables)
    return [_personal(lineage, spot, lakehouse.canvases) for spot in personal]


def _personal(lineage: Lineage, spot: Spot, canvases: dict[str, Canvas]) -> PersonalColumn:
    tables = [one for one in lineage.reached(spot) if not one.job]
    stops = []
    for end in lineage.ends(spot):
        fed = canvases[end.job].feeds()[end.node]
        stops += [f"{end.job}: {node.name}" for node in fed]
    reaches = any(one.place == TRAINING for one in tables)
    return PersonalColumn(str(spot), [str(one) for one in tables], list(dict.fromkeys(stops)), reaches)
