"""Canvas to script: the text that Glue Studio generates (since 2024-04), byte for byte."""

from __future__ import annotations

from collections import deque

from glue_canvas.canvas import Canvas, CanvasError, Node
from glue_canvas.java_hash import hash_map_order
from glue_canvas.node_templates import TEMPLATES, NodeText, Scope, SparkSql

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


def compile_canvas(canvas: Canvas, sql_base: int = 0) -> str:
    """Return the script of a canvas, without a newline at its end.

    Parameters
    ----------
    canvas
        The visual job.
    sql_base
        The number of the first `SqlQuery` variable. Studio's server counts on; the canvas does not say where it was.

    Raises
    ------
    CanvasError
        A node is of a kind that is not supported, a value would break the script, or the nodes form a cycle.
    """
    scope = _scope(canvas, sql_base)
    texts = [_node_text(node, scope) for node in emission_order(canvas)]
    body = "".join(f"{text.body}{text.gap}" for text in texts)
    if not body.endswith("\n\n"):
        body = body.removesuffix("\n") + "\n"
    return IMPORTS + _extra_imports(texts) + "\n" + _helpers(texts) + PREAMBLE + body + "job.commit()"


def emission_order(canvas: Canvas) -> list[Node]:
    """Return the nodes in the order in which Studio writes them: first in, first out Kahn over the canvas's order."""
    missing = {node.id: set(node.inputs) for node in canvas.nodes.values()}
    queue = deque(node for node in canvas.nodes.values() if not missing[node.id])
    emitted: list[Node] = []
    while queue:
        done = queue.popleft()
        emitted.append(done)
        for node in canvas.nodes.values():
            if done.id in missing[node.id]:
                missing[node.id].discard(done.id)
                if not missing[node.id]:
                    queue.append(node)
    if len(emitted) < len(canvas.nodes):
        stuck = sorted(node.name for node in canvas.nodes.values() if missing[node.id])
        raise CanvasError(f"{canvas.path}: nodes wait for each other in a circle: {', '.join(stuck)}")
    return emitted


def _scope(canvas: Canvas, sql_base: int) -> Scope:
    queries = [node.id for node in canvas.nodes.values() if node.kind == SparkSql.kind]
    return Scope(canvas, {node_id: sql_base + rank for rank, node_id in enumerate(queries)})


def _node_text(node: Node, scope: Scope) -> NodeText:
    template = TEMPLATES.get(node.kind)
    if template is None:
        raise CanvasError(f'{scope.canvas.path}: node "{node.name}": not supported yet: {node.kind}')
    return template.text(node, scope)


def _extra_imports(texts: list[NodeText]) -> str:
    lines = hash_map_order(line for text in texts for line in text.imports)
    return "".join(f"{line}\n" for line in lines)


def _helpers(texts: list[NodeText]) -> str:
    helpers = dict.fromkeys(helper for text in texts for helper in text.helpers)
    return "".join(helper.text for helper in sorted(helpers, key=lambda helper: helper.rank))
