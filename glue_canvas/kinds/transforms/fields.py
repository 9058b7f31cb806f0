"""Transforms that choose, name and type columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import (
    DYNAMIC_FRAME_OF_PACKAGE,
    STUDIO_RANK,
    Helper,
    Kind,
    NodeScope,
    PassThrough,
)
from glue_canvas.kinds.studio_helpers import DROP_NULLS


class _Paths(Kind):
    """A transform that names columns."""

    def statements(self, scope: NodeScope) -> str:
        """Return one call."""
        return (
            f"{scope.variable} = {self.name}.apply(frame={scope.input}, paths={scope.paths('Paths')}, "
            f'transformation_ctx="{scope.variable}")'
        )

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name."""
        return flow.same(name)


class DropFields(_Paths):
    """Leave columns out."""

    name = "DropFields"

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the others; a path into a column leaves the column."""
        flow.need(flow.node.fields["Paths"])
        dropped = {path[0] for path in flow.node.fields["Paths"] if len(path) == 1}
        return flow.input and {name: kind for name, kind in flow.input.items() if name not in dropped}


class SelectFields(_Paths):
    """Keep only the named columns."""

    name = "SelectFields"

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the named ones; where none is named yet, nobody knows them."""
        if not flow.node.fields["Paths"]:
            flow.faults.append("it names no column to keep: set its Paths")
            return None
        flow.need(flow.node.fields["Paths"])
        return flow.input and {
            path[0]: flow.input[path[0]] for path in flow.node.fields["Paths"] if path and path[0] in flow.input
        }


class RenameField(Kind):
    """Give a column another name."""

    name = "RenameField"

    def statements(self, scope: NodeScope) -> str:
        """Return one call."""
        old, new = (
            python_text.quoted(python_text.column_path(scope.get(path))) for path in ("SourcePath", "TargetPath")
        )
        return (
            f"{scope.variable} = RenameField.apply(frame={scope.input}, old_name={old}, new_name={new}, "
            f'transformation_ctx="{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the input's with the new name in the old one's place."""
        old, new = flow.node.fields["SourcePath"], flow.node.fields["TargetPath"]
        flow.need([old])
        if not any(new):
            flow.faults.append("the new name is empty")
        if flow.input is not None and len(old) > 1 and len(new) == 1:
            return flow.input | {new[0]: ""}
        if flow.input is None or len(old) != 1 or len(new) != 1:
            return flow.input
        if new[0] in flow.input and new != old:
            flow.faults.append(f"column {new[0]!r} already exists")
        return {new[0] if name == old[0] else name: kind for name, kind in flow.input.items()}

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column that had another name before, else that of the same name."""
        old, new = flow.node.fields["SourcePath"], flow.node.fields["TargetPath"]
        return flow.same(old[0] if new and name == new[0] else name)


class ApplyMapping(Kind):
    """Choose, name and type columns."""

    name = "ApplyMapping"

    def statements(self, scope: NodeScope) -> str:
        """Return one call with a tuple for each column that stays."""
        mappings = ", ".join(_mapping(mapping) for mapping in scope.get("Mapping") if not mapping.get("Dropped"))
        return (
            f"{scope.variable} = ApplyMapping.apply(frame={scope.input}, mappings=[{mappings}], "
            f'transformation_ctx="{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the target columns."""
        kept = [mapping for mapping in flow.node.fields["Mapping"] if not mapping.get("Dropped")]
        flow.need(mapping.get("FromPath") or [] for mapping in kept)
        names = [mapping.get("ToKey") or "" for mapping in kept]
        flow.faults.extend(
            f"two columns are renamed to {name!r}" for name in sorted(set(names)) if names.count(name) > 1
        )
        return {name: mapping.get("ToType") or "" for name, mapping in zip(names, kept, strict=True)}

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column that the mapping names."""
        paths = [mapping.get("FromPath") for mapping in flow.node.fields["Mapping"] if mapping.get("ToKey") == name]
        return [source for path in paths for source in (flow.same(path[0]) if path else flow.everything)]


class DropNullFields(PassThrough):
    """Leave out columns that hold nothing but nulls."""

    name = "DropNullFields"
    gluetypes = "from awsglue.gluetypes import *"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return the types' and DynamicFrame's."""
        return (self.gluetypes, DYNAMIC_FRAME_OF_PACKAGE)

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return the pair `_find_null_fields` and `drop_nulls`."""
        return (Helper(STUDIO_RANK, DROP_NULLS),)

    def statements(self, scope: NodeScope) -> str:
        """Return one call of `drop_nulls`."""
        strings, integers = _null_values(scope)
        return (
            f"{scope.variable} = drop_nulls(glueContext, frame={scope.input}, nullStringSet={strings}, "
            f'nullIntegerSet={integers}, transformation_ctx="{scope.variable}")'
        )


def _mapping(mapping: dict[str, Any]) -> str:
    parts = (
        python_text.quoted(python_text.column_path(mapping.get("FromPath") or [])),
        python_text.quoted(mapping.get("FromType") or ""),
        python_text.quoted(python_text.column_path([mapping.get("ToKey") or ""])),
        python_text.quoted(mapping.get("ToType") or ""),
    )
    return f"({', '.join(parts)})"


def _null_values(scope: NodeScope) -> tuple[str, str]:
    boxes = scope.get("NullCheckBoxList", {})
    texts = [value["Value"] for value in scope.get("NullTextList", [])]
    if texts:
        raise scope.error("not supported yet: custom null values")
    strings = [text for text, key in (("", "IsEmpty"), ("null", "IsNullString")) if boxes.get(key)]
    integers = ["-1"] if boxes.get("IsNegOne") else []
    return _set(map(python_text.quoted, strings)), _set(integers)


def _set(items: Iterable[str]) -> str:
    return "{" + ", ".join(items) + "}"
