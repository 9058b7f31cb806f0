"""Custom visual transforms: Studio's own `gs_*` modules and those that a team uploads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import Kind, NodeScope

NEW_COLUMN = {"gs_derived", "gs_concat", "gs_now", "gs_uuid", "gs_sequence_id"}
"""Transforms that add the column colName, or replace it, and change nothing else."""


class DynamicTransform(Kind):
    """A method that a module adds to DynamicFrame; the module and the method bear one name."""

    name = "DynamicTransform"
    silent_fields = frozenset({"TransformName", "Version"})

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return the module's."""
        return (f"import {_module(scope)}",)

    def statements(self, scope: NodeScope) -> str:
        """Return one method call with the parameters that have a value, in the canvas's order."""
        arguments = [_argument(scope, parameter) for parameter in scope.get("Parameters", []) if parameter.get("Value")]
        names = [argument.split("=", 1)[0] for argument in arguments]
        if len(set(names)) < len(names):
            raise scope.error("two of its parameters have the same name")
        return f"{scope.variable} = {scope.input}.{_function(scope)}({', '.join(arguments)})"

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the declared columns; else those of the input and the new one, where that is certain."""
        if flow.declared or flow.input is None:
            return flow.declared
        if flow.node.fields["FunctionName"] in NEW_COLUMN:
            return flow.input | dict.fromkeys(_new_columns(flow), "")
        return None

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name, where it is certain that the transform leaves it as it is; else all."""
        is_kept = flow.node.fields["FunctionName"] in NEW_COLUMN and name not in _new_columns(flow)
        return flow.same(name) if is_kept else flow.everything


def _new_columns(flow: ColumnFlow) -> list[str]:
    values = {one["Name"]: one.get("Value") or [] for one in flow.node.fields.get("Parameters") or []}
    return list(values.get("colName", []))


def _module(scope: NodeScope) -> str:
    """Return the name of the module, that of its file on S3."""
    path = scope.get("Path")
    return python_text.python_name(PurePosixPath(path).stem if path else _function(scope), "a module")


def _function(scope: NodeScope) -> str:
    return python_text.python_name(str(scope.get("FunctionName")), "a function")


def _argument(scope: NodeScope, parameter: dict[str, Any]) -> str:
    return f"{python_text.python_name(parameter['Name'], 'a parameter')}={_value(scope, parameter)}"


def _value(scope: NodeScope, parameter: dict[str, Any]) -> str:
    kind, values = parameter["Type"], parameter["Value"]
    if kind == "list":
        return "[" + ", ".join(_single(scope, parameter.get("ListType") or "str", value) for value in values) + "]"
    return _single(scope, kind, values[0])


NUMBERS = {"int": r"-?(0|[1-9]\d*)", "float": r"-?(0|[1-9]\d*)(\.\d+)?"}


def _single(scope: NodeScope, kind: str, value: str) -> str:
    if kind == "str":
        return python_text.quoted_pattern(value)  # Studio does not escape: a pattern's \s stays \s
    if kind == "bool" and value.lower() in ("true", "false"):
        return value.capitalize()
    if kind in NUMBERS and re.fullmatch(NUMBERS[kind], value, re.ASCII):
        return value
    raise scope.error(f"not supported yet: a parameter of the type {kind} with the value {value!r}")
