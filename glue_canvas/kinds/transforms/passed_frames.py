"""What a Custom Transform's code lets through unchanged, where that is certain from its text alone."""

from __future__ import annotations

import ast
import textwrap

COLLECTION = "dfc"
MEANT = frozenset({"list", "DynamicFrame", "DynamicFrameCollection"})
"""Names that must mean what they mean in every script."""
UNCERTAIN = frozenset({"setattr", "exec", "eval"})


class PassedFrames:
    """The body of a Custom Transform, a function of `glueContext` and the collection `dfc`.

    Attributes
    ----------
    whole
        Whether it returns the collection that it gets.
    number
        The number of the input whose frame is the only one that it returns; None where it may be another.
    """

    def __init__(self, code: str) -> None:
        self.whole = False
        self.number: int | None = None
        try:
            inside = list(ast.walk(ast.parse("def function(glueContext, dfc):\n" + textwrap.indent(code, "    "))))
        except (SyntaxError, ValueError):
            return
        names = [node for node in inside if isinstance(node, ast.Name)]
        stored = [node.id for node in names if not isinstance(node.ctx, ast.Load)]
        uses = [node for node in names if node.id == COLLECTION]
        returned = [node.value for node in inside if isinstance(node, ast.Return)]
        if not returned or COLLECTION in stored or _has_scopes(inside):
            return
        self.whole = len(uses) == len(returned) and all(one in uses for one in returned)
        # each frame that is taken out names the collection twice
        taken = [node for node in inside if isinstance(node, ast.expr) and _taken(node) is not None]
        if len(returned) == 1 and len(uses) == 2 * len(taken) and not MEANT & {*stored} and not _may_change(inside):
            self._values = _assigned_once(inside, stored)
            self.number = self._only_frame(returned[0])

    def _only_frame(self, collection: ast.expr | None) -> int | None:
        """Return the number of the input that is the one frame of `DynamicFrameCollection({...}, glueContext)`."""
        match collection:
            # of several frames, the node after this one may take another
            case ast.Call(
                func=ast.Name(id="DynamicFrameCollection"),
                args=[ast.Dict(keys=[ast.Constant()], values=[only]), ast.Name()],
                keywords=[],
            ):
                return self._input(only)
        return None

    def _input(self, frame: ast.expr) -> int | None:
        """Return the number of the input that an expression is, with the same rows."""
        match frame:
            case ast.Name(id=name) if name in self._values:
                return self._input(self._values.pop(name))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="DynamicFrame"), attr="fromDF"), args=[rows, *_], keywords=[]
            ):
                return self._input(rows)
            case ast.Call(func=ast.Attribute(value=rows, attr="toDF" | "cache" | "persist"), args=[], keywords=[]):
                return self._input(rows)
        return _taken(frame)


def _taken(frame: ast.expr) -> int | None:
    """Return n of `dfc.select(list(dfc.keys())[n])`."""
    match frame:
        case ast.Call(args=[ast.Subscript(slice=ast.Constant(value=int(number)))]):
            taken = f"{COLLECTION}.select(list({COLLECTION}.keys())[{number!r}])"
            return number if ast.unparse(frame) == taken else None
    return None


def _has_scopes(inside: list[ast.AST]) -> bool:
    """Say whether code binds names otherwise than by assigning: in inner functions, imports, handlers."""
    scopes = ast.alias | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.ExceptHandler
    return sum(isinstance(node, scopes | ast.match_case | ast.Global) for node in inside) != 1


def _may_change(inside: list[ast.AST]) -> bool:
    """Say whether code may change an object from within."""
    for node in inside:
        match node:
            case ast.Attribute(attr=name) if name.startswith("_"):
                return True
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                return True
            case ast.Name(id=name) if name in UNCERTAIN:
                return True
    return False


def _assigned_once(inside: list[ast.AST], stored: list[str]) -> dict[str, ast.expr]:
    """Return the value of each name that gets one value, in a statement that assigns to it alone."""
    return {
        node.targets[0].id: node.value
        for node in inside
        if isinstance(node, ast.Assign) and len(node.targets) == 1
        if isinstance(node.targets[0], ast.Name) and stored.count(node.targets[0].id) == 1
    }
