"""The commands that follow tables and columns: graph and lineage."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from glue_canvas.commands.output import add_command, print_json
from glue_canvas.commands.terminal import clean
from glue_canvas.document.canvas import CanvasError, read_job_folders
from glue_canvas.drawing.mermaid import draw_mermaid
from glue_canvas.drawing.picture import jobs_picture
from glue_canvas.flow.job_order import JobGraph, graph_of, job_tables, table_name
from glue_canvas.flow.lineage import Spot, column_lineage, told
from glue_canvas.kinds.column_flow import ANY
from glue_canvas.script.compiler import script_for


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    added = add_command(commands, "graph", graph, "print jobs, the tables they read and write, and their order")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("--json", action="store_true", help="print it as JSON")
    added.add_argument("--mermaid", action="store_true", help="print it as a drawing")

    added = add_command(commands, "lineage", lineage, "print where the columns of the tables come from")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("--table", metavar="DATABASE.TABLE", help="only this table's columns")
    added.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="DATABASE.TABLE.COLUMN",
        help="fail, and print the path, if a written column is derived from this one",
    )
    added.add_argument("--json", action="store_true", help="print it as JSON")


def graph(options: argparse.Namespace) -> int:
    """Print the graph."""
    graph = graph_of(read_job_folders(options.place))
    if options.mermaid:
        sys.stdout.write(draw_mermaid(jobs_picture([graph.tables[job] for job in graph.order])))
    elif options.json:
        print_json(_graph_json(graph))
    else:
        for number, stage in enumerate(graph.stages, start=1):
            for job in stage:
                reads, writes = (
                    ", ".join(map(table_name, tables)) or "nothing"
                    for tables in (graph.tables[job].reads, graph.tables[job].writes)
                )
                print(f"{number}. {clean(job)}: {clean(reads)} → {clean(writes)}")
    return 0


def _graph_json(graph: JobGraph) -> dict[str, Any]:
    jobs = [
        {
            "job": job,
            "stage": number,
            "reads": [table_name(table) for table in graph.tables[job].reads],
            "writes": [table_name(table) for table in graph.tables[job].writes],
        }
        for number, stage in enumerate(graph.stages, start=1)
        for job in stage
    ]
    return {"jobs": jobs, "stages": graph.stages}


def lineage(options: argparse.Namespace) -> int:
    """Print where columns come from; exit code 1 where one comes from what it must not come from."""
    canvases = read_job_folders(options.place)
    if options.without:
        for canvas in canvases:
            script_for(canvas, None)  # of what is mistaken nothing is certain
    found = column_lineage(canvases, {})
    known = {str(spot) for spot in found.every_spot() if not spot.job}
    forbidden = [_forbidden(column, known) for column in options.without]
    tables = dict.fromkeys(table for canvas in canvases for table in job_tables(canvas).writes)
    wanted = [one for one in tables if options.table is None or table_name(one).lower() == options.table.lower()]
    if options.table and not wanted:
        raise CanvasError(f"no job here writes {options.table}")
    origins = {spot: found.origins(spot) for table in wanted for spot in found.columns(table)}
    if options.json:
        print_json({str(spot): {str(one): told(way) for one, way in ones.items()} for spot, ones in origins.items()})
    else:
        for spot, ones in origins.items():
            print(clean(f"{spot} <- {', '.join(map(str, ones)) or 'no source column'}"))
    leaks = [way for table in wanted for way in found.ways(forbidden, table)]
    for way in leaks:
        print(clean(f"{way[0]} must not reach {way[-1].place}: {told(way)}"), file=sys.stderr)
    return 1 if leaks else 0


def _forbidden(name: str, known: set[str]) -> Spot:
    """Return the column that must get nowhere; one that nobody reads or writes is a slip of the pen."""
    place, _, column = name.lower().rpartition(".")
    if not {f"{place}.{column}", f"{place}.{ANY}"} & known or "." not in place:
        raise CanvasError(f"no job here reads or writes the column {name}; write it as DATABASE.TABLE.COLUMN")
    return Spot(place, column)
