"""What changed between two versions of a canvas, in words and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from glue_canvas.document import jackson
from glue_canvas.document.canvas import NODES_KEY, Canvas, Node
from glue_canvas.drawing.picture import (
    ADDED,
    CHANGED,
    REMOVED,
    Arrow,
    Box,
    Picture,
    canvas_arrows,
    kind_label,
    node_box,
)

REWIRED = "rewired"
LONGEST_VALUE = 160


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    change
        `added`, `removed`, `changed` or `rewired`.
    node
        The node's name; empty for the job itself.
    words
        What is different, a line each.
    """

    change: str
    node: str
    words: list[str]


def canvas_changes(old: Canvas | None, new: Canvas | None) -> list[Change]:
    """Return what is different; None is a file that is not there.

    Nodes are the same by their ids, which Studio keeps; a node of a new id that has kind and name of one that is gone
    is taken for that one.
    """
    return [*_job_changes(old, new), *_node_changes(old, new)]


def diff_picture(old: Canvas | None, new: Canvas | None) -> Picture:
    """Return both canvases in one picture, with what changed marked."""
    pairs = _pairs(old, new)
    names = {before.id: after.id for before, after in pairs if before and after}
    boxes = [_box(before, after) for before, after in pairs]
    before = {(names.get(start, start), names.get(end, end)) for start, end in (canvas_arrows(old) if old else ())}
    after = set(canvas_arrows(new) if new else ())
    arrows = [Arrow(*arrow, "" if arrow in before else ADDED) for arrow in sorted(after)]
    arrows += [Arrow(*arrow, REMOVED) for arrow in sorted(before - after)]
    job = new or old
    return Picture(job.job_name if job else "nothing", boxes, arrows)


def _pairs(old: Canvas | None, new: Canvas | None) -> list[tuple[Node | None, Node | None]]:
    before, after = (dict(canvas.nodes) if canvas else {} for canvas in (old, new))
    gone = {(node.kind, node.name): node for node in before.values() if node.id not in after}
    pairs: list[tuple[Node | None, Node | None]] = []
    for node in after.values():
        pairs.append((before.get(node.id) or gone.pop((node.kind, node.name), None), node))
    matched = {one.id for one, _ in pairs if one}
    return pairs + [(node, None) for node in before.values() if node.id not in matched]


def _box(before: Node | None, after: Node | None) -> Box:
    node = after or before
    assert node is not None, "a pair has a node"  # noqa: S101
    if before is None:
        return node_box(node, ADDED)
    if after is None:
        return node_box(node, REMOVED)
    return node_box(node, CHANGED if _field_words(before, after) else "")


def _job_changes(old: Canvas | None, new: Canvas | None) -> Iterator[Change]:
    if old is None or new is None:
        name = (new or old).job_name if new or old else ""  # type: ignore[union-attr]
        yield Change(ADDED if new else REMOVED, "", [f"the job {name}"])
        return
    words = list(_words(_without_nodes(old), _without_nodes(new)))
    if words:
        yield Change(CHANGED, "", words)


def _node_changes(old: Canvas | None, new: Canvas | None) -> Iterator[Change]:
    pairs = _pairs(old, new)
    names = {node.id: node.name for canvas in (old, new) if canvas for node in canvas.nodes.values()}
    ids = {before.id: after.id for before, after in pairs if before and after}
    for before, after in pairs:
        if before is None and after is not None:
            yield Change(ADDED, after.name, [f"{kind_label(after.kind)}, fed by {_names(after.inputs, names)}"])
        elif after is None and before is not None:
            yield Change(REMOVED, before.name, [kind_label(before.kind)])
        elif before is not None and after is not None:
            if words := _field_words(before, after):
                yield Change(CHANGED, after.name, words)
            if [ids.get(node_id, node_id) for node_id in before.inputs] != after.inputs:
                words = [f"fed by {_names(before.inputs, names)} → by {_names(after.inputs, names)}"]
                yield Change(REWIRED, after.name, words)


def _field_words(before: Node, after: Node) -> list[str]:
    words = [f"{kind_label(before.kind)} → {kind_label(after.kind)}"] if before.kind != after.kind else []
    one, other = ({key: value for key, value in node.fields.items() if key != "Inputs"} for node in (before, after))
    return words + list(_words(one, other))


def _words(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each place where two JSON values differ."""
    if jackson.compact(old) == jackson.compact(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _words(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and not _plain(old + new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _words(one, other, f"{path}[{index}]")
    elif isinstance(old, list) and isinstance(new, list):
        yield from _line_words([_text(item) for item in old], [_text(item) for item in new], path)
    elif isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        yield from _line_words(old.split("\n"), new.split("\n"), path)
    else:
        yield f"{path}: {_shown(_text(old), _text(new))} → {_shown(_text(new), _text(old))}"


def _line_words(old: list[str], new: list[str], path: str) -> Iterator[str]:
    """Yield what went and what came, in order."""
    for line in unified_diff(old, new, n=0, lineterm=""):
        if line[0] in "+-" and not line.startswith(("+++", "---")):
            yield f"{path}: {line[0]} {line[1:]}"


def _shown(text: str, other: str) -> str:
    """Return a long text from a little before its first difference from another."""
    if len(text) <= LONGEST_VALUE:
        return text
    start = max(_same_letters(text, other) - LONGEST_VALUE // 4, 0)
    return (
        ("…" if start else "")
        + text[start : start + LONGEST_VALUE]
        + ("…" if start + LONGEST_VALUE < len(text) else "")
    )


def _same_letters(text: str, other: str) -> int:
    """Return how many letters both begin with."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((index for index, (one, another) in pairs if one != another), min(len(text), len(other)))


def _plain(values: Iterable[Any]) -> bool:
    """Say whether the items are values or paths, for which it matters which are there rather than where."""
    return all(not isinstance(value, Mapping) for value in values)


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list) and all(isinstance(segment, str) for segment in value):
        return ".".join(value) if value else "[]"
    return f'"{value}"' if isinstance(value, str) else jackson.compact(value)


def _names(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(node_id, node_id) for node_id in ids) or "nothing"


def _without_nodes(canvas: Canvas) -> dict[str, Any]:
    return {key: value for key, value in canvas.definition.items() if key != NODES_KEY}
