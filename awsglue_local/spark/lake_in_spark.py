"""Spark's own readers and writers in a script: to `spark.read.json` and `df.write.parquet`, `s3://` is the lake.

Left alone, Sail would go to S3 itself, with whatever credentials there are, and Spark has no file system of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.frames.reading import null_keys, with_nulls
from awsglue_local.frames.writing import with_text_keys
from awsglue_local.job_run.kept_rows import keep
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.spark.patching import replaced
from awsglue_local.storage.lake import Address

READERS = ("json", "parquet", "csv", "text", "orc", "load")
WRITERS = ("json", "parquet", "csv", "text", "orc", "save")
SCHEMES = ("s3://", "s3a://", "s3n://")


@contextmanager
def lake_in_spark(runtime: Runtime) -> Iterator[None]:
    """Let the engine's readers and writers find the lake, and publish what they write as the sinks' is."""
    session = runtime.session
    reader, frame = type(session.read), type(session.range(0))
    writer = type(session.range(0).write)
    ours: list[tuple[Any, str, Any]] = [
        *((reader, name, _reading(getattr(reader, name), runtime)) for name in READERS),
        *((writer, name, _writing(getattr(writer, name), runtime)) for name in WRITERS),
        (writer, "mode", _mode(writer.mode)),
    ]
    if runtime.engine.is_connect:
        ours += [(frame, "__getitem__", _star(frame.__getitem__)), (frame, "select", _flat(frame.select))]
    kept: list[Any] = []
    ours += [(frame, name, _keeping(getattr(frame, name), runtime, kept)) for name in ("cache", "persist")]
    with replaced(*ours):
        try:
            yield
        finally:
            for df in kept:
                df.unpersist()


def _keeping(method: Callable[..., Any], runtime: Runtime, kept: list[Any]) -> Callable[..., Any]:
    """Keep rows until the script ends: Spark would give them to a later script that reads the same, changed files."""

    def keeping(df: Any, *arguments: Any, **more: Any) -> Any:
        if not runtime.engine.keeps_rows:
            return keep(runtime, df)
        kept.append(df)
        return method(df, *arguments, **more)

    return keeping


def _is_s3(path: Any) -> bool:
    return isinstance(path, str) and path.startswith(SCHEMES) and not isinstance(path, Address)


def _reading(read: Callable[..., Any], runtime: Runtime) -> Callable[..., Any]:
    def from_lake(reader: Any, path: Any = None, *arguments: Any, **more: Any) -> Any:
        paths = [path] if isinstance(path, str) else path
        if isinstance(paths, list | tuple) and any(map(_is_s3, [*paths, *arguments])):
            # Parquet's reader takes several paths, one an argument
            several, arguments = (
                [*paths, *filter(_is_s3, arguments)],
                tuple(one for one in arguments if not _is_s3(one)),
            )
            local = [_local(one, runtime) for one in several]
            df = read(reader, *local, **more) if read.__name__ == "parquet" else read(reader, local, *arguments, **more)
            return with_nulls(df, dict.fromkeys(_null_keys(several, runtime), "string"))
        return read(reader, *(() if path is None else (path,)), *arguments, **more)

    return from_lake


def _null_keys(uris: list[Any], runtime: Runtime) -> set[str]:
    folders = [_folder(uri, runtime) for uri in uris if _is_s3(uri)]
    files = [file.relative_to(folder) for folder in folders for file in runtime.lake.files(folder) if file != folder]
    return null_keys(runtime, files)


def _folder(uri: str, runtime: Runtime) -> Path:
    base, star, _ = uri.partition("*")
    return runtime.lake.path(base.rsplit("/", 1)[0] if star else uri)


def _local(uri: Any, runtime: Runtime) -> str:
    if not _is_s3(uri):
        return str(uri)
    folder = _folder(uri, runtime)
    runtime.prepare(folder)
    files = runtime.lake.files(folder)
    if not files:
        raise GlueLocalError(f"no files at {uri}; the lake is {runtime.lake}")
    runtime.lake.note_read(folder, files)
    return runtime.lake.address(folder)


def _mode(mode: Callable[..., Any]) -> Callable[..., Any]:
    def noted(writer: Any, saveMode: str | None) -> Any:
        writer._lake_mode = saveMode or getattr(writer, "_lake_mode", None)
        return mode(writer, saveMode)

    return noted


def _writing(write: Callable[..., Any], runtime: Runtime) -> Callable[..., Any]:
    def to_lake(writer: Any, path: Any = None, *arguments: Any, **more: Any) -> Any:
        if not _is_s3(path):
            return write(writer, *(() if path is None else (path,)), *arguments, **more)
        given = arguments[0] if arguments and write.__name__ in ("json", "parquet", "csv") else more.pop("mode", None)
        mode = str(given or getattr(writer, "_lake_mode", None) or "error").lower()
        place = runtime.lake.path(path)
        runtime.lake.fetch(place)
        if mode in ("error", "errorifexists", "default") and runtime.lake.files(place):
            raise GlueLocalError(f"{path} already has files; use mode('overwrite') or mode('append')")
        if mode == "ignore" and runtime.lake.files(place):
            return None
        if mode not in ("error", "errorifexists", "default", "ignore", "overwrite", "append"):
            raise Unsupported(f"the mode {mode!r}", "use overwrite, append, ignore or error")
        aside = runtime.lake.aside("write")
        _write_text_keys(writer, runtime)
        write(writer, runtime.lake.address(aside), **more)
        if mode == "overwrite":
            runtime.transaction.purge(place)
        runtime.transaction.add(place, aside)
        return None

    return to_lake


def _write_text_keys(writer: Any, runtime: Runtime) -> None:
    """Let a Connect writer write its partition keys as text, see `with_text_keys`."""
    if not runtime.engine.is_connect or not writer._write.partitioning_cols:
        return
    df = type(runtime.session.range(0)).withPlan(writer._df, runtime.session)
    asked = {name.lower() for name in writer._write.partitioning_cols}
    writer._write._child = with_text_keys(runtime, df, [name for name in df.columns if name.lower() in asked])._plan


class Stars(list[Any]):
    """The columns that `frame["*"]` stands for."""


def _star(getitem: Callable[..., Any]) -> Callable[..., Any]:
    """Spark Connect forgets whose star it is: name the frame's columns."""

    def columns(frame: Any, item: Any) -> Any:
        if item == "*" and isinstance(item, str):
            return Stars(getitem(frame, name) for name in frame.columns)
        return getitem(frame, item)

    return columns


def _flat(select: Callable[..., Any]) -> Callable[..., Any]:
    def flat(frame: Any, *columns: Any) -> Any:
        if not any(isinstance(one, Stars) for one in columns):
            return select(frame, *columns)
        return select(frame, *(part for one in columns for part in (one if isinstance(one, Stars) else [one])))

    return flat
