"""Canvas to script: the text that Glue Studio generates, byte for byte."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.flow.node_order import UnsupportedKindError, emission_order, kind_of
from glue_canvas.kinds import python_text
from glue_canvas.kinds.eras import Style, format_black, style_of
from glue_canvas.kinds.kind import Helper, Kind, NodeScope
from glue_canvas.kinds.transforms.sql import SparkSql

IMPORTS = """\
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
"""

PREAMBLE = """\
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

"""

TODAY = Style()

COMMENT = "# Script generated for node "
COMMIT = "job.commit()"


@dataclass(frozen=True)
class NodeText:
    """What one node adds to the script; `gap` stands between it and the next node."""

    node: Node
    body: str
    imports: tuple[str, ...]
    helpers: tuple[Helper, ...]
    preamble: str
    gap: str


def compile_canvas(canvas: Canvas, style: Style = TODAY) -> str:
    """Return the script of a canvas; in today's style it has no newline at its end.

    Parameters
    ----------
    canvas
        The visual job.
    style
        What the canvas does not say: the generator's era, the number of the first `SqlQuery` variable.

    Raises
    ------
    CanvasError
        A node is of a kind that is not supported, a value would break the script, or the nodes form a cycle.
    """
    texts = [_node_text(scope) for scope in _scopes(canvas, style)]
    header = IMPORTS + _extra_imports(texts) + "\n" + _helpers(texts, style) + PREAMBLE + _preambles(texts)
    script = header + "".join(text.body + text.gap for text in texts) + COMMIT
    _require_structure(canvas, header, texts, script)
    if not style.era.formatted:
        return script
    try:
        return format_black(script)
    except ValueError as error:
        raise CanvasError(f"{canvas.path}: {error}") from error


def script_beside(canvas: Canvas) -> str | None:
    """Return the text of the script beside a canvas, None where there is none.

    Raises
    ------
    CanvasError
        It is not UTF-8.
    """
    path = canvas.script_path
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else None
    except UnicodeDecodeError as error:
        raise CanvasError(f"{path}: the script is not UTF-8: {error}") from error


def compile_as(canvas: Canvas, script: str | None) -> str:
    """Return the script of a canvas in the style of one that is there already; None is today's style.

    Raises
    ------
    CanvasError
        As `compile_canvas`.
    """
    return compile_canvas(canvas, TODAY if script is None else style_of(script))


def script_for(canvas: Canvas, there: str | None) -> str | None:
    """Return the script of a canvas as `compile_as`; where a kind is not compiled here, the one that is there.

    Raises
    ------
    CanvasError
        As `compile_canvas`, for any other reason.
    """
    try:
        return compile_as(canvas, there)
    except UnsupportedKindError:
        return there


def _scopes(canvas: Canvas, style: Style) -> list[NodeScope]:
    """Return the nodes in the order in which they are written; SQL nodes are numbered in the canvas's order."""
    queries = [node.id for node in canvas.nodes.values() if node.kind == SparkSql.name]
    numbers = {node_id: style.sql_base + rank for rank, node_id in enumerate(queries)}
    return [NodeScope(canvas, node, style.era, numbers.get(node.id)) for node in emission_order(canvas)]


def _node_text(scope: NodeScope) -> NodeText:
    kind = kind_of(scope.canvas, scope.node)
    if python_text.CONTROL.search(scope.node.name):
        raise scope.error("the name of a node cannot contain control characters")
    try:
        text = NodeText(
            scope.node,
            f"{COMMENT}{scope.node.name}\n{kind.statements(scope)}\n",
            tuple(kind.imports(scope)),
            tuple(kind.helpers(scope)),
            kind.preamble(scope),
            kind.gap(scope),
        )
    except ValueError as error:  # of quoting and conditions, which do not know the node
        raise scope.error(str(error)) from error
    _require_known_fields(scope, kind)
    return text


def _require_known_fields(scope: NodeScope, kind: Kind) -> None:
    """Raise where the node says something that its kind did not look at: what Studio makes of it is not known."""
    known = scope.asked | kind.silent_fields | {"Name", "Inputs", "OutputSchemas"}
    for name, value in scope.node.fields.items():
        if name not in known and value not in (None, "", False, [], {}):
            raise scope.error(f"not supported yet: {scope.node.kind} with {name}")


def _extra_imports(texts: Iterable[NodeText]) -> str:
    lines = hash_map_order(line for text in texts for line in text.imports)
    return "".join(f"{line}\n" for line in lines)


def _helpers(texts: Iterable[NodeText], style: Style) -> str:
    """Return the functions in the order of the style; those that it does not know in that of their ranks."""
    helpers = sorted(
        dict.fromkeys(helper for text in texts for helper in text.helpers), key=lambda one: (one.rank, one.place)
    )
    if len(helpers) == len(set(style.helpers) & {helper.first_name for helper in helpers}):
        helpers.sort(key=lambda helper: style.helpers.index(helper.first_name))
    return "".join(helper.text for helper in helpers)


def _preambles(texts: Iterable[NodeText]) -> str:
    return "".join(dict.fromkeys(text.preamble for text in texts))


def _require_structure(canvas: Canvas, header: str, texts: Iterable[NodeText], script: str) -> None:
    """Raise unless the script holds the statements of its pieces, no more and no less.

    The templates refuse what would break out of a string; this proves it once more for the whole.
    """
    statements = _statements(canvas, header, "the beginning of the script")
    for text in texts:
        statements += _statements(canvas, text.body, f'node "{text.node.name}"')
    statements += _statements(canvas, COMMIT, "")
    if statements != _statements(canvas, script, "the script"):
        raise CanvasError(f"{canvas.path}: a value on the canvas would add or remove statements in the script")


def _statements(canvas: Canvas, source: str, place: str) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (DeprecationWarning, SyntaxWarning))
            return [ast.dump(statement) for statement in ast.parse(source).body]
    except (SyntaxError, ValueError) as error:
        raise CanvasError(f"{canvas.path}: {place} would not be valid Python: {error.args[0]}") from error
