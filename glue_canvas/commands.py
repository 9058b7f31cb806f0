"""The commands that need nothing but files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from glue_canvas import jackson
from glue_canvas.canvas import Canvas, CanvasError, parse_canvas, read_canvas, read_job_folders
from glue_canvas.canvas_diff import canvas_changes, diff_picture
from glue_canvas.checks import check_folder, check_places
from glue_canvas.columns import ANY
from glue_canvas.compiler import compile_as, compile_canvas, script_beside
from glue_canvas.eras import ERAS, Style
from glue_canvas.files import write_file
from glue_canvas.graph import JobGraph, JobTables, build_graph, job_tables, table_name, unwritten_tables
from glue_canvas.job_definition import canvas_from, job_folder, left_out
from glue_canvas.lineage import Spot, column_lineage, told
from glue_canvas.mermaid import draw_mermaid
from glue_canvas.picture import Picture, canvas_picture, jobs_picture
from glue_canvas.studio import studio_page
from glue_canvas.svg import draw_svg
from glue_canvas.terminal import clean, show_changes, show_reports

DRAWERS: dict[str, tuple[str, Callable[[Picture], str]]] = {
    "svg": (".svg", draw_svg),
    "mermaid": (".mmd", draw_mermaid),
}


def compile_scripts(options: Any) -> int:
    """Write or print scripts."""
    style = Style(ERAS[options.era], options.sql_base)
    compiled = [(canvas, compile_canvas(canvas, style)) for canvas in _canvases(options.place)]
    if options.output and len(compiled) > 1:
        raise CanvasError("--output takes one canvas, not a folder of them")
    for canvas, script in compiled:
        if options.output == Path("-"):
            sys.stdout.write(script)
        else:
            write(options.output or canvas.script_path, script)
    return 0


def check(options: Any) -> int:
    """Check job folders; exit code 1 for an error."""
    folders = check_places(options.places)
    if options.fix:
        _fix(folders)
    reports = [check_folder(folder) for folder in folders]
    if options.json:
        _print_json({"passed": all(one.passed for one in reports), "jobs": [one.to_json() for one in reports]})
    else:
        show_reports(Console(), reports)
    return 0 if all(report.passed for report in reports) else 1


def _fix(folders: Sequence[Path]) -> None:
    """Write the scripts of the canvases that can be compiled, in the style of the scripts that are there."""
    for folder in folders:
        try:
            canvas = read_canvas(folder / f"{folder.name}.json")
            script = compile_as(canvas, script_beside(canvas))
        except CanvasError:
            continue  # the check that follows says why
        if write_file(canvas.script_path, script):
            print(f"wrote {canvas.script_path}", file=sys.stderr)


def draw(options: Any) -> int:
    """Draw one canvas, or all and the repository."""
    suffix, drawer = DRAWERS[options.format]
    if options.place.is_file():
        drawing = drawer(canvas_picture(read_canvas(options.place)))
        if options.output and options.output != Path("-"):
            write(options.output, drawing)
        else:
            sys.stdout.write(drawing)
        return 0
    if options.output:
        raise CanvasError("--output takes one canvas, not a folder of them")
    canvases = read_job_folders(options.place)
    drawings = [(canvas.path.with_suffix(suffix), drawer(canvas_picture(canvas))) for canvas in canvases]
    drawings.append((options.place / f"jobs{suffix}", drawer(jobs_picture(_in_order(canvases)))))
    for path, drawing in drawings:
        write(path, drawing)
    return 0


def diff(options: Any) -> int:
    """Say what changed."""
    if len(options.files) == 1:  # git's way to say that the file is not merged yet
        print(f"{options.files[0]}: not merged")
        return 0
    files = _versions(options.files)
    try:
        old, new = (_canvas_or_none(path) for path in files)
    except (CanvasError, UnicodeError) as error:
        if len(options.files) == 2:
            raise
        print(clean(f"no canvases to compare: {error}"))  # an error would end git's whole listing
        return 0
    changes = canvas_changes(old, new)
    if options.mermaid:
        sys.stdout.write(draw_mermaid(diff_picture(old, new)))
    elif options.json:
        _print_json([asdict(change) for change in changes])
    else:
        show_changes(Console(), changes)
    return 0


def _versions(files: Sequence[Path]) -> tuple[Path, Path]:
    """Return the two files; git's external diff hands over seven or nine arguments, they are the second and fifth."""
    if len(files) == 2:
        return files[0], files[1]
    if len(files) in (7, 9):
        return files[1], files[4]
    raise CanvasError("diff takes two canvases")


def text(options: Any) -> int:
    """Print a canvas with a line for each value."""
    try:
        canvas = read_canvas(options.file)
    except CanvasError:  # git asks for any file of the name, a script job's too
        sys.stdout.write(options.file.read_text(encoding="utf-8", errors="replace"))
        return 0
    definition = {**canvas.definition, "codeGenConfigurationNodes": _readable_nodes(canvas)}
    print(json.dumps(definition, indent=2, ensure_ascii=False))
    return 0


def _readable_nodes(canvas: Canvas) -> dict[str, Any]:
    """Return the nodes by name and id, in the order of their ids: that of their making."""
    nodes = sorted(canvas.nodes.values(), key=lambda node: (len(node.id), node.id))
    return {f"{node.name} ({node.id})": {node.kind: _readable(node.fields)} for node in nodes}


def _readable(value: Any) -> Any:
    """Return a value with a list of lines in the place of each text of several lines."""
    if isinstance(value, dict):
        return {key: _readable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return value.split("\n") if isinstance(value, str) and "\n" in value else value


def graph(options: Any) -> int:
    """Print the graph."""
    graph = _job_graph(read_job_folders(options.place))
    if options.mermaid:
        sys.stdout.write(draw_mermaid(jobs_picture([graph.tables[job] for job in graph.order])))
    elif options.json:
        _print_json(_graph_json(graph))
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


def lineage(options: Any) -> int:
    """Print where columns come from; exit code 1 where one comes from what it must not come from."""
    canvases = read_job_folders(options.place)
    if options.without:
        for canvas in canvases:
            compile_canvas(canvas)  # of what cannot be compiled nothing is certain
    found = column_lineage(canvases, {})
    known = {str(spot) for spot in found.every_spot() if not spot.job}
    forbidden = [_forbidden(column, known) for column in options.without]
    tables = dict.fromkeys(table for canvas in canvases for table in job_tables(canvas).writes)
    wanted = [one for one in tables if options.table is None or table_name(one).lower() == options.table.lower()]
    if options.table and not wanted:
        raise CanvasError(f"no job here writes {options.table}")
    origins = {spot: found.origins(spot) for table in wanted for spot in found.columns(table)}
    if options.json:
        _print_json({str(spot): {str(one): told(way) for one, way in ones.items()} for spot, ones in origins.items()})
    else:
        for spot, ones in origins.items():
            print(clean(f"{spot} <- {', '.join(map(str, ones)) or 'nothing that is read'}"))
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


def import_job(options: Any) -> int:
    """Make a job folder of a document."""
    try:
        document = jackson.read(options.file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CanvasError(f"{options.file}: no JSON: {error}") from error
    canvas = canvas_from(document, options.file)
    folder = job_folder(options.folder, canvas.job_name)
    script = compile_canvas(canvas)
    say_left_out(document)
    write_job(Canvas(folder / f"{folder.name}.json", canvas.definition, canvas.nodes), script)
    return 0


def say_left_out(document: Any) -> None:
    """Say which members of a job the file has no place for."""
    if lost := left_out(document):
        print(f"not in the file, which has no place for it: {', '.join(map(clean, lost))}", file=sys.stderr)


def studio(options: Any) -> int:
    """Write the page."""
    canvases = read_job_folders(options.place)
    write(options.output, studio_page(canvases, _in_order(canvases)))
    return 0


def _canvases(place: Path) -> list[Canvas]:
    return [read_canvas(place)] if place.is_file() else read_job_folders(place)


def _canvas_or_none(path: Path) -> Canvas | None:
    """Return the canvas, None for a file that git says is not there."""
    text = path.read_text(encoding="utf-8")
    return parse_canvas(text, path) if text.strip() else None


def _in_order(canvases: Sequence[Canvas]) -> list[JobTables]:
    """Return what the jobs read and write, in the order in which they run; in that of their names if they have none."""
    try:
        graph = _job_graph(canvases)
    except CanvasError:
        return [job_tables(canvas) for canvas in canvases]
    return [graph.tables[job] for job in graph.order]


def _job_graph(canvases: Sequence[Canvas]) -> JobGraph:
    return build_graph(canvases, unwritten_tables(canvases))


def write_job(canvas: Canvas, script: str) -> None:
    """Write a canvas and its script, and say so."""
    write(canvas.path, canvas.to_text())
    write(canvas.script_path, script)


def write(path: Path, text: str) -> None:
    """Write a file and say so, unless it is the same already."""
    if write_file(path, text):
        print(f"wrote {path}")


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))
