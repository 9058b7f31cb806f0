"""What can be wrong with a job folder: its file, its canvas, its columns, its script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from glue_canvas.document.canvas import Canvas, CanvasError, Node, canvas_path, job_folders, read_canvas
from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.document.node_shapes import unknown_fields
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.flow.node_order import emission_order, kind_of
from glue_canvas.kinds import KINDS, Target
from glue_canvas.kinds.kind import Kind
from glue_canvas.kinds.transforms.custom_code import SelectFromCollection
from glue_canvas.script.compiler import compile_as, script_beside
from glue_canvas.script.script_blocks import differences

ERROR = "error"
WARNING = "warning"


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


def check_folder(folder: Path) -> JobReport:
    """Check one job folder, `<job>/<job>.json` and the script beside it."""
    try:
        canvas = read_canvas(canvas_path(folder))
    except CanvasError as error:
        return JobReport(folder / f"{folder.name}.json", [Finding("file", ERROR, "", str(error))])
    return JobReport(canvas.path, [*_named_as_folder(canvas), *check_canvas(canvas), *_script(canvas)])


def check_canvas(canvas: Canvas) -> list[Finding]:
    """Check one canvas without its script."""
    return [*_form(canvas), *_names(canvas), *_nodes(canvas)]


def _named_as_folder(canvas: Canvas) -> Iterator[Finding]:
    if canvas.job_name != canvas.path.parent.name:
        message = (
            f"the job is named {canvas.job_name!r}, its folder {canvas.path.parent.name!r}; "
            "Studio looks for a folder with the job's name"
        )
        yield Finding("job-name", ERROR, "", message)


def _form(canvas: Canvas) -> Iterator[Finding]:
    order = hash_map_order(canvas.nodes)
    if list(canvas.nodes) != order:
        first = next(there for there, wanted in zip(canvas.nodes, order, strict=True) if there != wanted)
        message = f"the nodes are not in the order in which Glue writes them, starting at {first}"
        yield Finding("key-order", ERROR, canvas.nodes[first].name, message)
    arguments = canvas.definition.get("defaultArguments") or {}
    if not isinstance(arguments, dict) or list(arguments) != hash_map_order(arguments):
        message = "defaultArguments are not in the order in which Glue writes them"
        yield Finding("key-order", ERROR, "", message)
    text = canvas.path.read_bytes().decode("utf-8")
    if canvas.to_text() != text:
        message = (
            f"line {_first_other_line(canvas.to_text(), text)} is not formatted as Studio's git integration writes it"
        )
        yield Finding("file", ERROR, "", message)


def _names(canvas: Canvas) -> Iterator[Finding]:
    for name, count in Counter(node.name for node in canvas.nodes.values()).items():
        if count > 1:
            yield Finding("unique-names", ERROR, name, f"{count} nodes have this name; give each one its own")


def _nodes(canvas: Canvas) -> Iterator[Finding]:
    try:
        emission_order(canvas)
    except CanvasError as error:
        yield Finding("circle", ERROR, "", _without_path(canvas, error))
        return
    fed = canvas.feeds()
    for node in canvas.nodes.values():
        try:
            kind = kind_of(canvas, node)
        except CanvasError as error:
            yield Finding("node", ERROR, node.name, _without_path(canvas, error, node.name))
            continue
        for field in unknown_fields(node.kind, node.fields):
            yield Finding("node", WARNING, node.name, f"botocore's {node.kind} has no field {field}")
        if not fed[node.id] and not isinstance(kind, Target):
            yield Finding("unused", WARNING, node.name, "no other node uses its output")
        yield from _collections(canvas, node, kind)
    yield from _functions(canvas)
    columns = canvas_columns(canvas)
    for level, sentences in ((ERROR, columns.faults), (WARNING, columns.doubts)):
        for node_id, sentence in sentences:
            yield Finding("columns", level, canvas.nodes[node_id].name, sentence)


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
