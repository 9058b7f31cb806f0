"""DynamicFrame and its collection, over PySpark's DataFrame API; a script imports them as `awsglue.dynamicframe`.

Method names, arguments and their order are those of AWS's `awsglue` package, whose transforms call them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from awsglue_local.casts import cast_column
from awsglue_local.column_types import quoted
from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.filter_expression import filter_frame
from awsglue_local.paths import segments
from awsglue_local.staging import EXPLICIT_NULL

Absent = Mapping[str, str | None]
"""Columns in which a null may stand for an absent key, and the hidden column that tells (None: it always does)."""


def hidden_columns(names: Iterable[str]) -> dict[str, str]:
    """Return, for each column with a hidden companion among `names`, the companion's name."""
    return {name.removeprefix(EXPLICIT_NULL): name for name in names if name.startswith(EXPLICIT_NULL)}


class DynamicFrame:
    """A frame of records, each of which may lack some of the columns.

    Parameters
    ----------
    df
        The rows, hidden columns included.
    glue_ctx
        The GlueContext that it belongs to.
    name
        The transformation context.
    absent
        For which columns a null may mean that the record has no such key.
    """

    def __init__(self, df: Any, glue_ctx: Any, name: str = "", absent: Absent | None = None) -> None:
        self._df = df
        self.glue_ctx = glue_ctx
        self.name = name
        self._absent = dict(absent or {})
        self._names: list[str] | None = None

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"DynamicFrame.{name}", "convert with toDF() and use PySpark's own API")

    @classmethod
    def fromDF(cls, dataframe: Any, glue_ctx: Any, name: str = "") -> DynamicFrame:
        """Return a frame with the rows of a PySpark DataFrame; its nulls are nulls, not absent keys."""
        return cls(dataframe, glue_ctx, name)

    def toDF(self, options: Any = None) -> Any:
        """Return the rows as a PySpark DataFrame; an absent key becomes null."""
        if options:
            raise Unsupported("DynamicFrame.toDF with options", "call toDF() and cast the columns")
        if not any(self._absent.values()):
            return self._df
        return self._df.select(*(_col(name) for name in self.columns))

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        if self._names is None:
            self._names = [name for name in self._df.columns if not name.startswith(EXPLICIT_NULL)]
        return self._names

    def filter(
        self,
        f: Callable[[Any], Any],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Keep the records for which `f` returns true; one for which it raises is left out."""
        return self._with(filter_frame(self._df, f, self._absent), transformation_ctx)

    def drop_fields(
        self,
        paths: list[str],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Leave columns out; a path that is not there is passed over, with a warning."""
        dropped = set(self._top_level("drop_fields", paths))
        return self._select([name for name in self.columns if name not in dropped], transformation_ctx)

    def select_fields(
        self,
        paths: list[str],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Keep only the named columns; a path that is not there is passed over, with a warning."""
        return self._select(self._top_level("select_fields", paths), transformation_ctx)

    def rename_field(
        self,
        oldName: str,
        newName: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Give a column another name."""
        (new,) = segments(newName)
        return self._renamed(dict.fromkeys(self._top_level("rename_field", [oldName]), new), transformation_ctx)

    def apply_mapping(
        self,
        mappings: list[tuple[str, ...]],
        case_sensitive: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Select, rename and cast columns; a value that cannot be cast becomes null.

        Each mapping is `(source, source type, target, target type)`; a source may be a path into structs.
        """
        columns: list[Any] = []
        absent: dict[str, str | None] = {}
        for source, _, target, kind in mappings:
            (name,) = self._one_segment("apply_mapping", target)
            path = segments(source)
            if not case_sensitive:
                path[0] = self._in_any_case(path[0])
            if path[0] not in self.columns:
                self._warn(f"apply_mapping: there is no column {source!r}")
                continue
            columns.append(cast_column(".".join(map(quoted, path)), kind).alias(name))
            if path[0] in self._absent:
                hidden = self._absent[path[0]]
                absent[name] = EXPLICIT_NULL + name if hidden else None
                columns.extend([_col(hidden).alias(EXPLICIT_NULL + name)] if hidden else [])
        return DynamicFrame(self._df.select(*columns), self.glue_ctx, transformation_ctx or self.name, absent)

    def join(
        self,
        paths1: list[str],
        paths2: list[str],
        frame2: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Join on equal keys; all columns stay, and of two with one name that of this frame gets a leading dot."""
        keys1, keys2 = self._keys(paths1), frame2._keys(paths2)
        if len(keys1) != len(keys2) or not keys1:
            raise GlueLocalError(f"Join needs as many keys on both sides: {keys1} and {keys2}")
        taken = set(self.columns) | set(frame2.columns)
        dotted: dict[str, str] = {}
        for name in self.columns:
            if name in frame2.columns:
                dotted[name] = _free_name(name, taken)
                taken.add(dotted[name])
        left = self._renamed(dotted, self.name)
        pairs = zip(keys1, keys2, strict=True)
        conditions = [_col(dotted.get(key1, key1)) == _col(key2) for key1, key2 in pairs]
        joined = left._df.join(frame2._df, _all(conditions), "inner")
        name = transformation_ctx or self.name + frame2.name
        return DynamicFrame(joined, self.glue_ctx, name, {**left._absent, **frame2._absent})

    def where(self, condition: str) -> DynamicFrame:
        """Keep the rows that fulfil a condition in SQL, such as a predicate over partition keys."""
        return self._with(self._df.filter(condition), "")

    def count(self) -> int:
        """Return the number of records."""
        return int(self._df.count())

    def schema(self) -> Any:
        """Return the columns' names and types, as PySpark's StructType."""
        return self.toDF().schema

    def printSchema(self) -> None:
        """Print the columns' names and types as a tree."""
        self.toDF().printSchema()

    def show(self, num_rows: int = 20) -> None:
        """Print the first records, each as a line of JSON without its absent keys."""
        from pyspark.sql import functions as F

        lines = self.toDF().limit(num_rows).select(F.to_json(F.struct("*")).alias("record")).collect()
        print("\n".join(line["record"] for line in lines))

    def repartition(self, num_partitions: int, *ignored: Any, **also_ignored: Any) -> DynamicFrame:
        """Spread the records over a number of partitions."""
        return self._with(self._df.repartition(num_partitions), "")

    def coalesce(self, num_partitions: int, *ignored: Any, **also_ignored: Any) -> DynamicFrame:
        """Bring the records together into fewer partitions."""
        return self._with(self._df.coalesce(num_partitions), "")

    def _with(self, df: Any, name: str) -> DynamicFrame:
        return DynamicFrame(df, self.glue_ctx, name or self.name, self._absent)

    def _select(self, names: list[str], ctx: str) -> DynamicFrame:
        absent = {name: hidden for name, hidden in self._absent.items() if name in names}
        kept = [*names, *filter(None, absent.values())]
        return DynamicFrame(self._df.select(*map(_col, kept)), self.glue_ctx, ctx or self.name, absent)

    def _renamed(self, new_names: Mapping[str, str], ctx: str) -> DynamicFrame:
        new = dict(new_names)
        for old, name in new_names.items():
            if hidden := self._absent.get(old):
                new[hidden] = EXPLICIT_NULL + name
        columns = [_col(name).alias(new.get(name, name)) for name in self._df.columns]
        absent = {new.get(name, name): new.get(kept, kept) if kept else None for name, kept in self._absent.items()}
        return DynamicFrame(self._df.select(*columns), self.glue_ctx, ctx or self.name, absent)

    def _keys(self, paths: list[str] | str) -> list[str]:
        names = self._top_level("join", paths)
        wanted = [paths] if isinstance(paths, str) else paths
        if len(names) != len(wanted):
            raise GlueLocalError(f"Join: the keys {wanted} are not all columns of the frame, which has {self.columns}")
        return names

    def _top_level(self, call: str, paths: list[str] | str) -> list[str]:
        """Return the columns that paths name; those that are not there are left out, with a warning."""
        names = [self._one_segment(call, path)[0] for path in ([paths] if isinstance(paths, str) else paths)]
        for name in names:
            if name not in self.columns:
                self._warn(f"{call}: there is no column {name!r}, only {', '.join(self.columns)}")
        return [name for name in dict.fromkeys(names) if name in self.columns]

    def _in_any_case(self, name: str) -> str:
        """Return the column of that name, else the only one whose name differs in case alone, else the name."""
        alike = [column for column in self.columns if column.lower() == name.lower()]
        return name if name in alike or len(alike) != 1 else alike[0]

    def _one_segment(self, call: str, path: str) -> list[str]:
        names = segments(path)
        if len(names) > 1 and path not in self.columns:
            raise Unsupported(f"DynamicFrame.{call} of the nested path {path!r}", "flatten it with toDF().select(...)")
        return names if len(names) == 1 else [path]

    def _warn(self, text: str) -> None:
        self.glue_ctx.warn(text)


class DynamicFrameCollection:
    """Frames by name: what a Custom Transform takes and returns."""

    def __init__(self, dynamic_frames: dict[str, DynamicFrame] | list[DynamicFrame], glue_ctx: Any) -> None:
        if isinstance(dynamic_frames, list):
            dynamic_frames = {frame.name: frame for frame in dynamic_frames}
        if not isinstance(dynamic_frames, dict):
            raise TypeError("dynamic_frames must be a list or a dict of DynamicFrames")
        self._frames = dynamic_frames
        self._glue_ctx = glue_ctx

    def __getitem__(self, key: str) -> DynamicFrame:
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"DynamicFrameCollection.{name}", "work on its frames, one by one")

    def keys(self) -> Any:
        """Return the frames' names."""
        return self._frames.keys()

    def values(self) -> Any:
        """Return the frames."""
        return self._frames.values()

    def select(self, key: str, transformation_ctx: str = "") -> DynamicFrame:
        """Return the frame of that name.

        Raises
        ------
        GlueLocalError
            There is none; AWS Glue would go on with an empty frame.
        """
        if key not in self._frames:
            raise GlueLocalError(f"the collection has no frame {key!r}, only {', '.join(self._frames)}")
        return self._frames[key]


def _col(name: str) -> Any:
    from pyspark.sql import functions as F

    return F.col(quoted(name))


def _all(conditions: list[Any]) -> Any:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = whole & condition
    return whole


def _free_name(name: str, taken: set[str]) -> str:
    while name in taken:
        name = "." + name
    return name
