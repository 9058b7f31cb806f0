"""What can be wrong with a job folder: its file, its canvas, its columns, its script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from glue_canvas.document.canvas import Canvas, CanvasError, Node, canvas_path, job_folders, read_canvas
from glue_canvas.document.node_shapes import node_shape, unknown_fields
from glue_canvas.document.opened import opened_path
from glue_canvas.document.studio_form import studio_form
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.flow.job_order import Table
from glue_canvas.flow.node_order import UnsupportedKindError, emission_order, kind_of
from glue_canvas.flow.output_schemas import old_schemas
from glue_canvas.flow.table_faults import rows_that_pile_up, table_faults
from glue_canvas.kinds import KINDS, Target
from glue_canvas.kinds.column_flow import Columns
from glue_canvas.kinds.kind import Kind
from glue_canvas.kinds.transforms.custom_code import SelectFromCollection
from glue_canvas.script.compiler import compile_as, script_beside
from glue_canvas.script.script_blocks import differences

ERROR = "error"
WARNING = "warning"
Tables = Mapping[Table, Columns]
NO_TABLES: Tables = {}
FIX = "; `glue-canvas check --fix` rewrites the file"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes
    ----------
    rule
        Its short name, such as `job-name`, `key-order`, `columns` or `script`.
    level
        `error` or `warning`; a warning does not fail the check.
    node
        The node's name, or the part of the script; empty where it is the whole file.
    message
        What is wrong and what to do.
    canvas_says, script_does
        For the rule `script`: the two texts, None where one has no such part.
    """

    rule: str
    level: str
    node: str
    message: str
    canvas_says: str | None = None
    script_does: str | None = None


@dataclass(frozen=True)
class JobReport:
    """The findings of one job folder, or of one canvas file."""

    path: Path
    findings: list[Finding]

    @property
    def passed(self) -> bool:
        """Whether there is no error."""
        return all(finding.level != ERROR for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return what `--json` prints for the job."""
        return {
            "job": self.path.stem,
            "path": str(self.path),
            "passed": self.passed,
            "findings": [asdict(finding) for finding in self.findings],
        }


def check_folder(folder: Path, tables: Tables = NO_TABLES) -> JobReport:
    """Check one job folder, `<job>/<job>.json` and the script beside it; see `check_canvas`."""
    path = folder / f"{folder.name}.json"
    try:
        canvas = read_canvas(canvas_path(folder))
    except CanvasError as error:
        return JobReport(path, [Finding("file", ERROR, "", str(error).removeprefix(f"{path}: "))])
    found = [*_named_as_folder(canvas), *check_canvas(canvas, tables)]
    # why a canvas cannot be compiled is mostly told of its node already
    told = [one.message for one in found if one.level == ERROR]
    of_script = [one for one in _script(canvas) if not any(words in one.message for words in told)]
    return JobReport(path, [*found, *of_script])


def check_canvas(canvas: Canvas, tables: Tables = NO_TABLES, text: str | None = None) -> list[Finding]:
    """Check one canvas without its script.

    Parameters
    ----------
    tables
        The columns of the tables that are defined; with none, the canvas is compared with no table.
    text
        The canvas file's text, where it is not what lies on the disk.
    """
    text = canvas.path.read_bytes().decode("utf-8") if text is None else text
    return [
        *_form(canvas, text),
        *_open(canvas),
        *_names(canvas),
        *_nodes(canvas, tables),
    ]


def _named_as_folder(canvas: Canvas) -> Iterator[Finding]:
    if canvas.job_name != canvas.path.parent.name:
        message = (
            f"the job is named {canvas.job_name!r}, its folder {canvas.path.parent.name!r}; "
            "Studio looks for a folder with the job's name"
        )
        yield Finding("job-name", ERROR, "", message)


def _form(canvas: Canvas, text: str) -> Iterator[Finding]:
    """Yield one finding where the file is not as Studio writes it: the first difference."""
    wanted = studio_form(canvas)
    if wanted.to_text() == text:
        return
    arguments = canvas.definition.get("defaultArguments")
    if list(canvas.nodes) != list(wanted.nodes):
        first = next(there for there, right in zip(canvas.nodes, wanted.nodes, strict=True) if there != right)
        message = f"the nodes are not in the order in which Glue writes them, starting at {first}"
        yield Finding("key-order", ERROR, canvas.nodes[first].name, message + FIX)
    elif isinstance(arguments, dict) and list(arguments) != list(wanted.definition["defaultArguments"]):
        message = "defaultArguments are not in the order in which Glue writes them"
        yield Finding("key-order", ERROR, "", message + FIX)
    else:
        number = _first_other_line(wanted.to_text(), text)
        message = f"line {number} is not formatted as Studio's git integration writes it"
        yield Finding("file", ERROR, "", message + FIX)


def _names(canvas: Canvas) -> Iterator[Finding]:
    for name, count in Counter(node.name for node in canvas.nodes.values()).items():
        if count > 1:
            message = f"{count} nodes have this name, which Studio allows; `glue-canvas edit` cannot tell them apart"
            yield Finding("unique-names", WARNING, name, message)


def _open(canvas: Canvas) -> Iterator[Finding]:
    if opened_path(canvas).exists():
        message = f"it is open in {opened_path(canvas)}; `glue-canvas close {canvas.job_name}` puts the changes back"
        yield Finding("open", WARNING, "", message)


def _nodes(canvas: Canvas, tables: Tables) -> Iterator[Finding]:
    try:
        emission_order(canvas)
    except CanvasError as error:
        yield Finding("circle", ERROR, "", _without_path(canvas, error))
        return
    fed = canvas.feeds()
    for node in canvas.nodes.values():
        try:
            kind = kind_of(canvas, node)
        except UnsupportedKindError:
            message = f"{node.kind} is not compiled here, so the script is not compared with the canvas"
            yield Finding("node", WARNING, node.name, message)
            continue
        except CanvasError as error:
            yield Finding("node", ERROR, node.name, _without_path(canvas, error, node.name))
            continue
        for field in unknown_fields(node.kind, node.fields):
            yield Finding("node", WARNING, node.name, f"botocore's {node.kind} has no field {field}")
        for field in _empty_fields(node):
            yield Finding("node", ERROR, node.name, f"{field} is empty")
        if not fed[node.id] and not isinstance(kind, Target):
            yield Finding("unused", WARNING, node.name, "no other node uses its output")
        yield from _collections(canvas, node, kind)
    yield from _functions(canvas)
    columns = canvas_columns(canvas, tables)
    for rule, level, sentences in (
        ("columns", ERROR, columns.faults),
        ("columns", WARNING, columns.doubts),
        ("table", ERROR, table_faults(canvas, columns, tables)),
        ("rows", ERROR, rows_that_pile_up(canvas, tables)),
        ("schema", WARNING, old_schemas(canvas, tables)),
    ):
        for node_id, sentence in sentences:
            yield Finding(rule, level, canvas.nodes[node_id].name, sentence)


def _empty_fields(node: Node) -> Iterator[str]:
    """Yield the fields that AWS requires, that are texts and that are empty."""
    shape = node_shape(node.kind)
    for name in shape.required_members if shape else ():
        if node.fields.get(name) == "":
            yield name


def _collections(canvas: Canvas, node: Node, kind: Kind) -> Iterator[Finding]:
    """Yield a finding where a frame is wanted and a collection comes, or the other way round."""
    wants = isinstance(kind, SelectFromCollection)
    for feeding in (canvas.nodes[node_id] for node_id in node.inputs):
        comes = feeding.kind in KINDS and KINDS[feeding.kind].makes_collection
        if feeding.kind in KINDS and comes != wants:
            made = "a collection; select a frame from it" if comes else "a frame, not a collection"
            yield Finding("node", ERROR, node.name, f'"{feeding.name}" outputs {made}')


def _functions(canvas: Canvas) -> Iterator[Finding]:
    """Yield a finding for each Custom Transform whose function another one replaces."""
    names: dict[str, str] = {}
    for node in canvas.nodes.values():
        name = node.fields.get("ClassName")
        if node.kind == "CustomCode" and isinstance(name, str):
            if name in names and names[name] != node.fields.get("Code"):
                message = (
                    f"another Custom Transform has a function {name} with different code, and one replaces the other"
                )
                yield Finding("node", ERROR, node.name, message)
            names.setdefault(name, str(node.fields.get("Code")))


def _script(canvas: Canvas) -> Iterator[Finding]:
    try:
        there = script_beside(canvas)
        compiled = compile_as(canvas, there)
    except UnsupportedKindError:
        return  # the check of the nodes says so
    except CanvasError as error:
        yield Finding("script", ERROR, "", _without_path(canvas, error))
        return
    if there is None:
        yield Finding(
            "script", ERROR, "", f"the script {canvas.script_path.name} is missing: `glue-canvas check --fix` writes it"
        )
        return
    for difference in differences(compiled, there):
        message = "the script (-) differs from its canvas (+); `glue-canvas check --fix` rewrites it"
        yield Finding("script", ERROR, difference.name, message, difference.canvas_says, difference.script_does)


def _first_other_line(one: str, other: str) -> int:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    same = next((number for number, (left, right) in enumerate(pairs) if left != right), None)
    return min(len(one.splitlines()), len(other.splitlines())) if same is None else same + 1


def _without_path(canvas: Canvas, error: CanvasError, node: str = "") -> str:
    return str(error).removeprefix(f"{canvas.path}: ").removeprefix(f'node "{node}": ')


def check_places(places: Sequence[Path]) -> list[Path]:
    """Return the job folders of places, each a job folder or a folder of job folders.

    Raises
    ------
    CanvasError
        A place is neither.
    """
    folders: list[Path] = []
    for place in places:
        resolved = (
            (place.parent if place.is_file() else place).resolve() if place.is_file() or not place.name else place
        )
        folders += [resolved] if (resolved / f"{resolved.name}.json").is_file() else job_folders(place)
    return list(dict.fromkeys(folders))
