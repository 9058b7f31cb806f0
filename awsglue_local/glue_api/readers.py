"""`glueContext.create_dynamic_frame`, `create_data_frame` and `getSource`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from awsglue_local.errors import Unsupported
from awsglue_local.frames.dynamicframe import DynamicFrame

if TYPE_CHECKING:
    from awsglue_local.glue_api.context import GlueContext


# those that change how files are spread over a cluster, or how fast they are read, mean nothing here
class DataSource:
    """A source that a script sets up step by step: `getSource`, `setFormat`, `getFrame`."""

    def __init__(
        self, glue_context: GlueContext, connection_type: str, format: str | None, context: str, options: dict[str, Any]
    ) -> None:
        self._glue_context, self._connection_type, self._context = glue_context, connection_type, context
        self._format: tuple[str | None, dict[str, Any]] = (format, {})
        self._options = options

    def setFormat(self, format: str, **options: Any) -> None:
        """Choose the files' format."""
        self._format = (format, options)

    def getFrame(self, **options: Any) -> DynamicFrame:
        """Return the files as a frame."""
        return self._glue_context.create_dynamic_frame_from_options(
            self._connection_type, self._options, *self._format, transformation_ctx=self._context
        )


class DynamicFrameReader:
    """`glueContext.create_dynamic_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.create_dynamic_frame_from_catalog
        self.from_options = glue_context.create_dynamic_frame_from_options
        self.from_rdd = glue_context.create_dynamic_frame_from_rdd

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"create_dynamic_frame.{name}", "use from_catalog or from_options")


class DataFrameReader:
    """`glueContext.create_data_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.create_data_frame_from_catalog
        self.from_options = glue_context.create_data_frame_from_options

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"create_data_frame.{name}", "use from_catalog or from_options")
