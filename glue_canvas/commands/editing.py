"""The commands that change a canvas: edit, new and ddl."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from glue_canvas.commands.output import (
    add_command,
    add_ddl,
    add_job,
    canvas_named,
    jobs_here,
    print_findings,
    write,
    write_changed,
    write_drawing,
    write_job,
)
from glue_canvas.commands.terminal import clean
from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.document.job_documents import job_folder
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_canvas.editing.ddl_folder import FOLDER, tables_for, written_statement, written_tables
from glue_canvas.editing.field_values import typed_fields
from glue_canvas.editing.new_job import first_canvas
from glue_canvas.editing.new_nodes import palette
from glue_canvas.flow.job_order import Table
from glue_canvas.kinds.column_flow import Columns
from glue_canvas.script.compiler import compile_canvas

FORMS_OF_VALUES = """\
a VALUE is text, a number, true or false; for columns, `email` or `a.b, c`; for a Filter,
Filters="age > 3 and not name matches A.*", where = != < <= > >= compare numbers and matches
compares text with a regular expression of Python, from the start of the text; for a Join,
Columns="email=user"; for an Aggregate, Aggs="count(email)"; for an ApplyMapping,
Mapping="phone:string->telephone:string"; else JSON"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    summary = "change a canvas: add, remove, rename, connect, disconnect or set nodes"
    edit = add_command(commands, "edit", edit_canvas, summary)
    edit.epilog = FORMS_OF_VALUES
    edit.formatter_class = argparse.RawDescriptionHelpFormatter
    add_job(edit)
    add_ddl(edit)
    changes = edit.add_subparsers(required=True, metavar="CHANGE", dest="change")
    added = changes.add_parser(
        "add", help="add a node: add Filter 'Adults' --after customers --set 'Filters=age >= 18'"
    )
    added.add_argument("kind", metavar="KIND")
    added.add_argument("name", metavar="NAME", nargs="?", default="", help="what the canvas shows")
    place = added.add_mutually_exclusive_group()
    place.add_argument("--after", metavar="NODE", default="", help="put it after this node, before all that it feeds")
    place.add_argument("--between", metavar="NODE", nargs=2, help="put it between these two")
    added.add_argument("--input", metavar="NODE", action="append", default=[], help="let this node feed it")
    _add_set(added)
    changes.add_parser("remove", help="remove a node; its input feeds what it fed").add_argument("node", metavar="NODE")
    renamed = changes.add_parser("rename", help="give a node another name")
    renamed.add_argument("node", metavar="NODE")
    renamed.add_argument("name", metavar="NAME")
    for word, help_ in (("connect", "let a node feed another one"), ("disconnect", "let it feed the other no more")):
        connected = changes.add_parser(word, help=help_)
        connected.add_argument("source", metavar="FROM")
        connected.add_argument("target", metavar="TO")
    set_ = changes.add_parser("set", help="set fields of a node: set Adults 'Filters=age >= 21'")
    set_.add_argument("node", metavar="NODE")
    set_.add_argument("fields", metavar="FIELD=VALUE", nargs="+", type=_named, help="a field; without a value it goes")

    added = add_command(commands, "new", new, "make a job: a source, a purge of the table it writes, and the target")
    added.add_argument("job", metavar="JOB", help="the job's name")
    added.add_argument("--reads", metavar="DATABASE.TABLE", type=_table, action="append", required=True)
    added.add_argument("--writes", metavar="DATABASE.TABLE", type=_table, required=True)
    added.add_argument("--folder", type=Path, metavar="DIR", help="where the job folders are (default studio_jobs)")
    add_ddl(added)

    added = add_command(commands, "ddl", ddl, "print the CREATE EXTERNAL TABLE statement of what a job writes")
    add_job(added)
    added.add_argument("--write", action="store_true", help="write it to the folder of statements instead")
    add_ddl(added)


def _add_set(parser: argparse.ArgumentParser) -> None:
    help_ = "a field of the node and its value"
    parser.add_argument(
        "--set", metavar="FIELD=VALUE", dest="fields", action="append", default=[], type=_named, help=help_
    )


def edit_canvas(options: argparse.Namespace) -> int:
    """Change a canvas and write it with its script and drawing; say what is not right yet."""
    before = canvas_named(options.job, options.folder)
    tables = tables_for([before.path.parent], options.ddl)
    editor = CanvasEditor(before, tables)
    _change(editor, options)
    _write_edited(editor.canvas, before, tables)
    return 0


def _change(editor: CanvasEditor, options: argparse.Namespace) -> None:
    match options.change:
        case "add":
            kind = palette(options.kind)
            named = [editor.node(one).id for one in options.input]
            feeding = [*named, *([editor.node(options.after).id] if options.after else [])]
            feeding += [editor.node(options.between[0]).id] if options.between else []
            fields = _typed(kind, options.fields, feeding)
            between = tuple(options.between) if options.between else None
            editor.add(kind, options.name, inputs=named, after=options.after, between=between, fields=fields)
        case "remove":
            editor.remove(options.node)
        case "rename":
            editor.rename(options.node, options.name)
        case "connect":
            editor.connect(options.source, options.target)
        case "disconnect":
            editor.disconnect(options.source, options.target)
        case "set":
            node = editor.node(options.node)
            gone = {name: None for name, value in options.fields if value is None}
            editor.set_fields(node.id, _typed(node.kind, options.fields, node.inputs) | gone)


def _typed(kind: str, fields: Sequence[tuple[str, str | None]], inputs: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in fields:
        if value is not None:
            found |= typed_fields(kind, name, value, inputs)
    return found


def _write_edited(canvas: Canvas, before: Canvas, tables: dict[Table, Columns]) -> None:
    """Write the canvas; its script too, unless it cannot be compiled yet."""
    why = ""
    try:
        write_changed(canvas, before)
    except CanvasError as error:
        why = str(error).removeprefix(f"{canvas.path}: ")
        write(canvas.path, canvas.to_text())
        print(clean(f"the script is as it was: {why}"), file=sys.stderr)
    print_findings(canvas, tables, told=why)


def new(options: argparse.Namespace) -> int:
    """Write the canvas and the script of a new job, and the statement of its table if there is none."""
    jobs = jobs_here(options.folder)
    folder = job_folder(jobs, options.job)
    tables = tables_for([folder], options.ddl)
    canvas = first_canvas(jobs, options.job, options.reads, options.writes, tables)
    write_job(canvas, compile_canvas(canvas))
    write_drawing(canvas)
    if tables and options.writes not in tables:
        _write_statement(canvas, _ddl_of(folder, options.ddl), options.writes, tables)
    print(f"`glue-canvas edit {options.job} add KIND NAME --after {options.reads[-1][1]}` adds a node to it")
    return 0


def ddl(options: argparse.Namespace) -> int:
    """Print or write the statements of the tables that a job writes."""
    canvas = canvas_named(options.job, options.folder)
    tables = tables_for([canvas.path.parent], options.ddl)
    written = written_tables(canvas)
    if not written:
        raise CanvasError(f"{canvas.path}: its targets name no table of the Data Catalog")
    folder = _ddl_of(canvas.path.parent, options.ddl)
    for table in written:
        if options.write:
            _write_statement(canvas, folder, table, tables)
        else:
            sys.stdout.write(written_statement(canvas, folder, table, tables))
    return 0


def _write_statement(canvas: Canvas, folder: Path, table: Table, tables: dict[Table, Columns]) -> None:
    write(folder / f"{table[1]}.sql", written_statement(canvas, folder, table, tables))


def _ddl_of(job: Path, ddl: Path | None) -> Path:
    return ddl or job.parent.parent / FOLDER


def _named(text: str) -> tuple[str, str | None]:
    name, sign, value = text.partition("=")
    if not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return name, value if sign else None


def _table(text: str) -> Table:
    database, _, name = text.partition(".")
    if not all(re.fullmatch(r"\w+", part, re.ASCII) for part in (database, name)):
        raise argparse.ArgumentTypeError(f"{text!r} is not DATABASE.TABLE")
    return database.lower(), name.lower()
