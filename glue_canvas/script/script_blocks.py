"""A generated script in its blocks: the head and a block a node; and where two scripts differ, block by block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from glue_canvas.script.compiler import COMMENT

HEAD = "imports, helpers and preamble"
END = "end of the script"
_JOB_INIT = re.compile(r"^job\.init\(", re.MULTILINE)
_ASSIGNED = re.compile(r"^\s*(\w*_node(\d+))\s*=", re.MULTILINE)
_COMMIT = re.compile(r"^job\.commit\(\)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One part of a script: `key` is the digits of the node's id, or the name of a part that belongs to no node."""

    key: str
    name: str
    text: str


@dataclass(frozen=True)
class Difference:
    """Where a script is not what its canvas says; a side that has no such block is None."""

    name: str
    canvas_says: str | None
    script_does: str | None


def blocks(script: str) -> list[Block]:
    """Return the blocks of a script that Studio generated, in its order."""
    start = _JOB_INIT.search(script)
    commit = list(_COMMIT.finditer(script))
    body_start = script.index("\n", start.end()) + 1 if start and "\n" in script[start.end() :] else len(script)
    body_end = commit[-1].start() if commit and commit[-1].start() >= body_start else len(script)
    first, *nodes = re.split(f"^(?={re.escape(COMMENT)})", script[body_start:body_end], flags=re.MULTILINE)
    found = [Block(HEAD, HEAD, script[:body_start] + first)]
    found += [_node_block(text) for text in nodes]
    return [*found, Block(END, END, script[body_end:])]


def differences(compiled: str, script: str) -> list[Difference]:
    """Return the blocks in which `script` is not `compiled`; empty only if both are the same text."""
    wanted, there = _by_key(compiled), _by_key(script)
    found = []
    for key in dict.fromkeys([*wanted, *there]):
        canvas_says, script_does = wanted.get(key), there.get(key)
        if canvas_says is None or script_does is None or canvas_says.text != script_does.text:
            name = (canvas_says or script_does or Block(key, key, "")).name
            found.append(
                Difference(name, _text(canvas_says), _text(script_does)),
            )
    if not found and compiled != script:
        found.append(_order(compiled, script))
    return found


def _node_block(text: str) -> Block:
    name = text.split("\n", 1)[0].removeprefix(COMMENT)
    assigned = _ASSIGNED.findall(text)
    return Block(assigned[-1][1] if assigned else name, name, text)


def _by_key(script: str) -> dict[str, Block]:
    found: dict[str, Block] = {}
    for block in blocks(script):
        key = block.key
        while key in found:
            key += " again"
        found[key] = block
    return found


def _order(compiled: str, script: str) -> Difference:
    """Return the first place where the same blocks stand in another order."""
    for one, other in zip_longest(blocks(compiled), blocks(script)):
        if one != other:
            return Difference("order of the nodes", _text(one), _text(other))
    return Difference("order of the nodes", None, None)


def _text(block: Block | None) -> str | None:
    return None if block is None else block.text
