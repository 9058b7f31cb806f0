"""DynamicFrame and its collection, over PySpark's DataFrame API; a script imports them as `awsglue.dynamicframe`.

Method names, arguments and their order are those of AWS's `awsglue` package, whose transforms call them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NoReturn

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.files.column_traits import EXPLICIT_NULL, Traits
from awsglue_local.frames import mapping, reading, writing
from awsglue_local.frames.error_records import ErrorRecord, ErrorRecords, FindErrors
from awsglue_local.frames.frame_schema import glue_schema, tree
from awsglue_local.frames.row_count import RowCount
from awsglue_local.job_run import runtime as running
from awsglue_local.nearest import instead_of
from awsglue_local.storage.column_types import quoted
from awsglue_local.transforms.apply_mapping import mapped_columns
from awsglue_local.transforms.column_expressions import (
    all_of,
    col,
    comparison,
    field,
    field_path,
    first_of_each_name,
    segments,
)
from awsglue_local.transforms.filter_expression import filter_frame, keys_read
from awsglue_local.transforms.flatten import relationalized, unnested
from awsglue_local.transforms.join import dotted_names, joined, merged
from awsglue_local.transforms.nested_fields import Decide, Path, only, renamed, reshaped, without
from awsglue_local.transforms.resolve_choice import parse_action, refuse_nested, resolved_columns
from awsglue_local.transforms.studio_transforms import TRANSFORMS, transformed

UNNAMED_ON_SAIL = ("in_list", "is_null", "is_not_null", "subquery", "between", "exists")
"""What Sail calls columns of these expressions, whatever they say."""


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
    traits
        What is known of the columns.
    errors
        The records that transformations failed on.
    names
        The columns' names, where they are known: to ask the engine takes milliseconds each time.
    row_count
        How many rows there are, where a frame with the same rows knows.
    """

    def __init__(
        self,
        df: Any,
        glue_ctx: Any,
        name: str = "",
        traits: Traits | None = None,
        errors: ErrorRecords | None = None,
        names: Sequence[str] | None = None,
        row_count: RowCount | None = None,
    ) -> None:
        self._df = df
        self.glue_ctx = glue_ctx
        self.name = name
        self._traits = traits or Traits()
        self._errors = errors or ErrorRecords()
        self._stage: FindErrors = list
        self._names = None if names is None else list(names)
        self.row_count = row_count or RowCount()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in TRANSFORMS:
            return partial(self._studio_transform, name)
        raise Unsupported(f"DynamicFrame.{name}", "convert with toDF() and use PySpark's own API")

    def _studio_transform(self, transform: str, **arguments: Any) -> DynamicFrame:
        """Return what one of Studio's own transforms, `gs_...`, makes of the frame."""
        return DynamicFrame.fromDF(transformed(self.toDF(), transform, arguments), self.glue_ctx, self.name)

    @classmethod
    def fromDF(cls, dataframe: Any, glue_ctx: Any, name: str = "") -> DynamicFrame:
        """Return a frame with the rows of a PySpark DataFrame; its nulls are nulls, not absent keys."""
        names = list(dict.fromkeys(dataframe.columns))
        df, repeated = first_of_each_name(dataframe)
        if repeated:
            _refuse_names_of_sail(repeated)
            running.current().warn(
                f"several columns have the same name, and only the first is kept: {', '.join(repeated)}"
            )
        return cls(df, glue_ctx, name, names=names)

    @classmethod
    def of_rows(cls, rows: reading.Rows, glue_ctx: Any, name: str) -> DynamicFrame:
        """Return a frame of what was read."""
        return cls(rows.df, glue_ctx, name, rows.traits, names=rows.names, row_count=RowCount(rows.count))

    def toDF(self, options: Any = None) -> Any:
        """Return the rows as a PySpark DataFrame; an absent key becomes null, a choice a struct, a member a type."""
        if options:
            raise Unsupported(
                "DynamicFrame.toDF with options", "call resolveChoice first, or cast the columns after toDF()"
            )
        if not any(self._traits.absent.values()):
            return self._df
        return self._df.select(*(col(name) for name in self.columns))

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
        """Keep the records for which `f` returns true.

        One for which it raises is left out: silently for KeyError, ValueError and TypeError, else as an error record.
        """
        for key in sorted(keys_read(f) - set(self.columns)) if self.columns else ():
            words = instead_of(key, self.columns, "there are")
            running.current().warn(f"Filter: no record has the key {key!r}{words}")
        kept = self._with(filter_frame(self._df, f, self._traits.absent, self._traits.choices), transformation_ctx)
        runtime = running.current()
        kept._stage = cache(lambda: self._failing_records(f, runtime))
        kept._errors = self._errors + ErrorRecords(kept._stage)
        kept._errors.require("Filter", int(stageThreshold), int(totalThreshold))
        return kept

    def _failing_records(self, f: Callable[[Any], Any], runtime: running.Runtime) -> list[ErrorRecord]:
        return mapping.failing_records(runtime, self._df, f, self._traits)

    def drop_fields(
        self,
        paths: list[str],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Leave fields out; a path that is not there is passed over, with a warning."""
        names, nested = self._paths("drop_fields", paths)
        columns = [name for name in self.columns if name not in names]
        return self._reshaped(columns, nested, without(nested), transformation_ctx)

    def select_fields(
        self,
        paths: list[str] | str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Keep only the named fields; a path that is not there is passed over, with a warning."""
        names, nested = self._paths("select_fields", paths)
        whole = [path for path in nested if path[0] not in names]
        columns = list(dict.fromkeys([*names, *(path[0] for path in whole)]))
        if not columns:
            raise GlueLocalError(
                f"select_fields: the frame has none of {', '.join(map(repr, _as_list(paths)))}, so nothing would be "
                f"left; the columns are {', '.join(self.columns)}"
            )
        return self._reshaped(columns, whole, only(whole), transformation_ctx)

    def rename_field(
        self,
        oldName: str,
        newName: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Give a field another name; one inside of a struct stays there, or comes out as a column."""
        names, nested = self._paths("rename_field", [oldName])
        new = segments(newName)
        if not nested:
            if len(new) > 1:
                raise Unsupported(f"DynamicFrame.rename_field into {newName!r}", "use apply_mapping to make a struct")
            return self._renamed(dict.fromkeys(names, new[0]), transformation_ctx)
        (path,) = nested
        if len(new) == 1:
            moved = self._df.select(*map(col, self._df.columns), field(list(path)).alias(new[0]))
            whole = DynamicFrame(moved, self.glue_ctx, self.name, self._traits, self._errors)
            return whole.drop_fields([".".join(map(quoted, path))], transformation_ctx)
        return self._reshaped(self.columns, [path], renamed(path, new[-1]), transformation_ctx)

    def split_fields(
        self,
        paths: list[str] | str,
        name1: str,
        name2: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Return two frames: one with the fields at paths, one with the others."""
        frames = {name1: self.select_fields(paths, name1), name2: self.drop_fields(_as_list(paths), name2)}
        return DynamicFrameCollection(frames, self.glue_ctx)

    def split_rows(
        self,
        comparison_dict: dict[str, dict[str, Any]],
        name1: str,
        name2: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Return two frames: one with the rows that fulfil every comparison, one with the others."""
        from pyspark.sql import functions as F

        conditions = [
            comparison(path, operator, value)
            for path, tests in comparison_dict.items()
            for operator, value in tests.items()
        ]
        holds = F.coalesce(all_of(conditions), F.lit(False))
        frames = {name1: self._with(self._df.filter(holds), name1), name2: self._with(self._df.filter(~holds), name2)}
        return DynamicFrameCollection(frames, self.glue_ctx)

    def map(
        self,
        f: Callable[[Any], Any],
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Return what a function makes of each record; a record that it fails on becomes an error record."""
        runtime, name = running.current(), transformation_ctx or self.name
        found = mapping.mapped(runtime, self._df, f, self._traits, name)
        made = DynamicFrame.of_rows(found.rows, self.glue_ctx, name)
        made._stage = cache(lambda: found.errors)
        made._errors = self._errors + ErrorRecords(made._stage)
        made._errors.require("Map", int(stageThreshold), int(totalThreshold))
        return made

    def unbox(
        self,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> DynamicFrame:
        """Make a struct of a column of JSON text."""
        if format.lower() != "json":
            raise Unsupported(f"DynamicFrame.unbox of {format}", "use json, or parse the column with toDF()")
        (name,), _ = self._paths("unbox", [path])
        made = mapping.unboxed(running.current(), self._df, name, options.get("withSchema"))
        return self._with(made, transformation_ctx, self.row_count)

    def unnest(
        self, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0
    ) -> DynamicFrame:
        """Return a frame with structs made flat, `outer.inner`."""
        return DynamicFrame(unnested(self.toDF()), self.glue_ctx, transformation_ctx or self.name, None, self._errors)

    def relationalize(
        self,
        root_table_name: str,
        staging_path: str | None,
        options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Return flat frames: the root, and one for each array, `root_array`. Nothing is staged at the path."""
        tables = relationalized(self.toDF(), root_table_name)
        frames = {name: DynamicFrame(df, self.glue_ctx, name) for name, df in tables.items()}
        return DynamicFrameCollection(frames, self.glue_ctx)

    def resolveChoice(
        self,
        specs: list[tuple[str, str]] | tuple[str, str] | None = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        """Resolve columns of several types, or cast columns."""
        if (specs is None) == (not choice):
            raise GlueLocalError("resolveChoice takes either specs or choice, not both")
        wanted = [specs] if isinstance(specs, tuple) else list(specs or [])
        if choice and choice.lower() == "match_catalog":
            table = running.current().table(*table_address(database, table_name))
            wanted = [(name, f"cast:{kind}") for name, kind in table.columns + table.partition_keys]
        elif choice:
            wanted = [(name, choice) for name in self._traits.choices]
        actions: dict[str, tuple[str, str]] = {}
        for path, action in wanted:
            refuse_nested(path)
            for name in self._top_level("resolveChoice", [path]):
                actions[name] = parse_action(action)
        made = self._df.select(*resolved_columns(self._df.columns, self._traits.choices, actions))
        left = Traits(
            {name: hidden for name, hidden in self._traits.absent.items() if name in made.columns},
            {name: members for name, members in self._traits.choices.items() if name not in actions},
            self._traits.empty,
        )
        name = transformation_ctx or self.name
        return DynamicFrame(made, self.glue_ctx, name, left, self._errors, row_count=self.row_count)

    def mergeDynamicFrame(
        self,
        stage_dynamic_frame: DynamicFrame,
        primary_keys: list[str] | str,
        transformation_ctx: str = "",
        options: dict[str, Any] | None = None,
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Return the records of this frame whose keys the other has not, and all of the other."""
        made = merged(self.toDF(), stage_dynamic_frame.toDF(), self._keys(primary_keys))
        return DynamicFrame(made, self.glue_ctx, transformation_ctx or self.name, None, self._errors)

    def union(
        self,
        other_frame: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Return the records of both frames; a column that one has not is absent there."""
        both = self.toDF().unionByName(other_frame.toDF(), allowMissingColumns=True)
        return DynamicFrame(
            both, self.glue_ctx, transformation_ctx or self.name, None, self._errors + other_frame._errors
        )

    def spigot(
        self,
        path: str,
        options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Write sample records as JSON to a path, and return the frame: `topk` of them, or a part `prob`."""
        wanted = options or {}
        sample = self.toDF()
        sample = sample.sample(float(wanted["prob"]), seed=0) if "prob" in wanted else sample
        sample = sample.limit(int(wanted["topk"])) if "topk" in wanted else sample
        writing.write_options(running.current(), sample, "s3", {"path": path}, "json", None)
        return self

    def write(
        self,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        accumulator_size: int = 0,
    ) -> DynamicFrame:
        """Add the records to the files at an S3 path."""
        runtime = running.current()
        rows = writing.write_options(runtime, self.toDF(), connection_type, connection_options, format, format_options)
        self.row_count.learn(rows)
        return self

    def errorsCount(self) -> int:
        """Return the number of error records that transformations, this one and those before it, have made."""
        return len(self._errors.records())

    def stageErrorsCount(self) -> int:
        """Return the number of error records that the last transformation has made."""
        return len(self._stage())

    def assertErrorThreshold(self) -> None:
        """Raise an error if there are error records."""
        if found := self._errors.records():
            raise GlueLocalError(f"{len(found)} error records, first: {found[0][0]}")

    def errorsAsDynamicFrame(self) -> DynamicFrame:
        """Return the error records: `error` with `msg` and the record as JSON, `dynamicRecord`."""
        kind = "error struct<msg:string,dynamicRecord:string>"
        found = [((words, record),) for words, record in self._errors.records()]
        df = running.current().session.createDataFrame(found, kind)
        return DynamicFrame(df, self.glue_ctx, self.name)

    def getNumPartitions(self) -> int:
        """Return the number of partitions; an engine that hides them has one."""
        return int(self._df.rdd.getNumPartitions()) if hasattr(self._df, "_jdf") else 1

    def with_frame_schema(self, schema: Any) -> DynamicFrame:
        """Return the frame: its schema is known."""
        return self

    def unnest_ddb_json(
        self, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0
    ) -> NoReturn:
        """Refuse: DynamicDB exports are not read here."""
        raise Unsupported("DynamicFrame.unnest_ddb_json", "DynamoDB exports are not read here")

    def simplify_ddb_json(self) -> NoReturn:
        """Refuse: DynamoDB exports are not read here."""
        raise Unsupported("DynamicFrame.simplify_ddb_json", "DynamoDB exports are not read here")

    def mapPartitions(self, f: Any, *ignored: Any, **also_ignored: Any) -> NoReturn:
        """Refuse: partitions are the engine's business."""
        raise Unsupported("DynamicFrame.mapPartitions", "use map, or toDF().mapInPandas")

    def mapPartitionsWithIndex(self, f: Any, *ignored: Any, **also_ignored: Any) -> NoReturn:
        """Refuse: partitions are the engine's business."""
        raise Unsupported("DynamicFrame.mapPartitionsWithIndex", "use map, or toDF().mapInPandas")

    def apply_mapping(
        self,
        mappings: list[tuple[str, ...]],
        case_sensitive: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Select, rename and cast columns; a value that is not of the source type, or cannot be cast, becomes null.

        Each mapping is `(source, source type, target, target type)`; a source may be a path into structs.
        """
        made = mapped_columns(self._df, self.columns, mappings, case_sensitive, self._traits)
        for words in made.doubts:
            running.current().warn(f"apply_mapping: {words}")
        df = self._df.select(*made.selected())
        traits, name = Traits(made.absent), transformation_ctx or self.name
        return DynamicFrame(df, self.glue_ctx, name, traits, self._errors, row_count=self.row_count)

    applyMapping = apply_mapping

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
            raise GlueLocalError(f"Join: the two sides have different numbers of keys, {keys1} and {keys2}")
        dotted = dotted_names(self.columns, frame2.columns)
        left = self._renamed(dotted, self.name)
        made = joined(left._df, frame2._df, list(zip(keys1, keys2, strict=True)), dotted)
        name = transformation_ctx or self.name + frame2.name
        traits = left._traits.with_those_of(frame2._traits)
        names = left.columns + frame2.columns
        return DynamicFrame(made, self.glue_ctx, name, traits, self._errors + frame2._errors, names)

    def count(self) -> int:
        """Return the number of records."""
        return int(self._df.count())

    def schema(self) -> Any:
        """Return the columns' names and types, as a StructType of `awsglue.gluetypes`."""
        return glue_schema(self.toDF().schema, self._traits.choices, self._traits.empty)

    def printSchema(self) -> None:
        """Print the columns' names and types as a tree, in Glue's words."""
        print(tree(self.schema()))

    def show(self, num_rows: int = 20) -> None:
        """Print the first records, each as a line of JSON without its absent keys."""
        from pyspark.sql import functions as F

        lines = self.toDF().limit(num_rows).select(F.to_json(F.struct("*")).alias("record")).collect()
        print("\n".join(line["record"] for line in lines))

    def repartition(self, num_partitions: int, *ignored: Any, **also_ignored: Any) -> DynamicFrame:
        """Spread the records over a number of partitions."""
        return self._with(self._df.repartition(num_partitions), "", self.row_count)

    def coalesce(self, num_partitions: int, *ignored: Any, **also_ignored: Any) -> DynamicFrame:
        """Bring the records together into fewer partitions."""
        return self._with(self._df.coalesce(num_partitions), "", self.row_count)

    def _with(self, df: Any, name: str, row_count: RowCount | None = None) -> DynamicFrame:
        return DynamicFrame(df, self.glue_ctx, name or self.name, self._traits, self._errors, self._names, row_count)

    def _reshaped(self, names: list[str], paths: Sequence[Path], decide: Decide, ctx: str) -> DynamicFrame:
        """Return some columns, of which those that paths lead into are changed inside."""
        traits = self._traits.only(names)
        inside = {path[0] for path in paths}
        types = {field.name: field.dataType for field in self._df.schema.fields} if inside else {}
        columns = [reshaped(name, types[name], decide) if name in inside else col(name) for name in names]
        hidden = [col(name) for name in traits.absent.values() if name]
        made = self._df.select(*columns, *hidden)
        return DynamicFrame(made, self.glue_ctx, ctx or self.name, traits, self._errors, names, self.row_count)

    def _renamed(self, new_names: Mapping[str, str], ctx: str) -> DynamicFrame:
        new = dict(new_names)
        for old, name in new_names.items():
            if hidden := self._traits.absent.get(old):
                new[hidden] = EXPLICIT_NULL + name
        kept = [name for name in self._traits.absent.values() if name]
        made = self._df.select(*(col(name).alias(new.get(name, name)) for name in [*self.columns, *kept]))
        names = [new.get(name, name) for name in self.columns]
        traits = self._traits.renamed(new)
        return DynamicFrame(made, self.glue_ctx, ctx or self.name, traits, self._errors, names, self.row_count)

    def _paths(self, call: str, paths: list[str] | str) -> tuple[list[str], list[Path]]:
        """Return the columns that paths name, and the paths into structs; those that are not there are warned of.

        Raises
        ------
        GlueLocalError
            One differs from a column in case alone: Glue tells them apart, but in ApplyMapping, and would pass over it.
        """
        names, nested = [], []
        for path in _as_list(paths):
            found = field_path(self._df, self.columns, path, case_sensitive=True)
            if found is None and (other := field_path(self._df, self.columns, path, case_sensitive=False)):
                raise GlueLocalError(
                    f"{call}: no column {path!r}, but {'.'.join(other)!r}; AWS Glue tells upper from lower case here"
                )
            if found is None:
                running.current().warn(f"{call}: no column {path!r}; the columns are {', '.join(self.columns)}")
            elif len(found) == 1:
                names.append(found[0])
            else:
                nested.append(tuple(found))
        return list(dict.fromkeys(names)), nested

    def _keys(self, paths: list[str] | str) -> list[str]:
        names = [name for path in _as_list(paths) for name in self._top_level("join", [path])]
        wanted = _as_list(paths)
        if len(names) != len(wanted):
            raise GlueLocalError(
                f"Join: not all of the keys {wanted} are columns of the frame; its columns are {self.columns}"
            )
        return names

    def _top_level(self, call: str, paths: list[str] | str) -> list[str]:
        """Return the columns that paths name; one that is not there is left out, with a warning."""
        names, nested = self._paths(call, paths)
        if nested:
            raise Unsupported(f"{call} of the nested path {'.'.join(nested[0])!r}", "flatten it with unnest() first")
        return names


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
        raise Unsupported(f"DynamicFrameCollection.{name}", "call it on each of its frames")

    def map(self, callable: Callable[..., Any], transformation_ctx: str = "") -> DynamicFrameCollection:
        """Return what a function makes of each frame; it is called with the frame and a transformation context."""
        frames = {name: callable(frame, f"{transformation_ctx}:{name}") for name, frame in self._frames.items()}
        for name, frame in frames.items():
            if not isinstance(frame, DynamicFrame):
                raise TypeError(f"the function returned {type(frame).__name__} for {name}; expected a DynamicFrame")
        return DynamicFrameCollection(frames, self._glue_ctx)

    def flatmap(self, f: Callable[..., Any], transformation_ctx: str = "") -> DynamicFrameCollection:
        """Return the frames that a function makes of each frame: a DynamicFrame, or a collection of them."""
        frames: dict[str, DynamicFrame] = {}
        for frame in self._frames.values():
            made = f(frame, f"{transformation_ctx}:{frame.name}")
            if isinstance(made, DynamicFrame):
                frames[made.name] = made
            elif isinstance(made, DynamicFrameCollection):
                frames.update(made._frames)
            else:
                raise TypeError(
                    f"the function returned {type(made).__name__} for {frame.name}; "
                    "expected a DynamicFrame or a collection"
                )
        return DynamicFrameCollection(frames, self._glue_ctx)

    def keys(self) -> Any:
        """Return the frames' names."""
        return self._frames.keys()

    def values(self) -> Any:
        """Return the frames."""
        return self._frames.values()

    def select(self, key: str, transformation_ctx: str = "") -> DynamicFrame:
        """Return the frame of that name; where there is none, one without rows and columns, with a warning."""
        if key in self._frames:
            return self._frames[key]
        running.current().warn(
            f"no frame {key!r} in the collection, so an empty one is used; the frames are {', '.join(self._frames)}"
        )
        return DynamicFrame(reading.without_columns(running.current(), 0), self._glue_ctx, key)


def _as_list(paths: list[str] | str) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def table_address(database: str | None, table_name: str | None) -> tuple[str, str]:
    """Return database and table of a call that has to name both.

    Raises
    ------
    GlueLocalError
        It does not.
    """
    if not database or not table_name:
        raise GlueLocalError("a catalog table needs a database and a table_name")
    return database, table_name


def _refuse_names_of_sail(repeated: list[str]) -> None:
    """Refuse columns without names of their own that Sail calls alike and Spark, maybe, does not.

    Raises
    ------
    GlueLocalError
        There is one, and Sail is the engine.
    """
    unnamed = [name for name in repeated if "(" in name or name in UNNAMED_ON_SAIL]
    if unnamed and running.current().engine.is_sail:
        raise GlueLocalError(
            f"several columns are called {unnamed[0]!r} on Sail, where Spark may name each of them: name them with AS"
        )
