"""Write the training data of a lake in its three parts, as Parquet: `make training-data`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from awsglue_local.athena.queries import open_lake
from awsglue_local.athena.sql_text import parse
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.whole_file import write_file
from awsglue_local.terminal import fitted_table, plain_console
from scripts import stedi

SPLIT = stedi.QUERIES / "training_split.sql"
PARTS = ("train", "validation", "test")


def split_training_data(lake: Path) -> dict[str, pa.Table]:
    """Return part to its rows: the columns of machine_learning_curated, in the same order whenever they are the same.

    Raises
    ------
    GlueLocalError
        The lake has no training data.
    """
    with (
        open_lake(lake, stedi.DATABASE) as opened,
        opened.run(parse(SPLIT.read_text(encoding="utf-8")), stedi.DATABASE) as found,
    ):
        rows = found.arrow()
    if not rows.num_rows:
        raise GlueLocalError(
            f"the lake {lake} has no training data; `make report LAKE={lake}` shows why rows were left out"
        )
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names])
    return {part: rows.filter(pc.equal(rows["part"], part)).drop_columns(["part"]) for part in PARTS}


def write_training_data(lake: Path, output: Path) -> dict[str, pa.Table]:
    """Write `<output>/<part>.parquet` for each part, and return the parts."""
    parts = split_training_data(lake)
    for part, rows in parts.items():
        built = pa.BufferOutputStream()
        pq.write_table(rows, built)
        write_file(output / f"{part}.parquet", built.getvalue().to_pybytes())
    return parts


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="training_data", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    try:
        parts = write_training_data(options.lake, options.output)
    except GlueLocalError as error:
        print(f"training-data: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"training-data: {options.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    lines = []
    for part, rows in parts.items():
        devices = len(rows["serialnumber"].unique())
        lines.append((f"{options.output / part}.parquet", f"{rows.num_rows:,}", f"{devices:,}"))
    console, numbers = plain_console(), ("Rows", "Devices")
    console.print(fitted_table(("File", *numbers), lines, console.width, right=numbers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
