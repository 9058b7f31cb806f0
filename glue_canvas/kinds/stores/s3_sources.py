"""Files on S3, read by path."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import NodeScope, Source


class S3Source(Source):
    """Files of one format."""

    silent_fields: ClassVar[frozenset[str]] = frozenset({"AdditionalOptions"})
    """AdditionalOptions holds where Studio took its sample from."""
    format: ClassVar[str]

    def statements(self, scope: NodeScope) -> str:
        """Return one read."""
        variable = scope.variable
        return (
            f"{variable} = glueContext.create_dynamic_frame.from_options(format_options={{{self.options(scope)}}}, "
            f'connection_type="s3", format="{self.format}", connection_options={{{self._connection(scope)}}}, '
            f'transformation_ctx="{variable}")'
        )

    @abstractmethod
    def options(self, scope: NodeScope) -> str:
        """Return the format options."""

    def _connection(self, scope: NodeScope) -> str:
        recurse = ', "recurse": True' if scope.get("Recurse") else ""
        return f'"paths": {python_text.quoted_list(scope.get("Paths"))}{recurse}'


class S3JsonSource(S3Source):
    """JSON, a record a line unless Multiline is set."""

    name = "S3JsonSource"
    format = "json"

    def options(self, scope: NodeScope) -> str:
        """Return the JSON path, if there is one, and `multiLine`."""
        path = f'"jsonPath": {scope.quoted("JsonPath")}, ' if scope.get("JsonPath") else ""
        if not scope.era.quoted_multiline:
            return f'{path}"multiline": {bool(scope.get("Multiline"))}'
        return f'{path}"multiLine": {multiline(scope)}'


def multiline(scope: NodeScope) -> str:
    """Return the field Multiline as Studio writes it: in quotes."""
    return '"true"' if scope.get("Multiline") else '"false"'


class S3CsvSource(S3Source):
    """Text with separators."""

    name = "S3CsvSource"
    format = "csv"
    silent_fields = S3Source.silent_fields | {"WriteHeader", "SkipFirst"}
    separators: ClassVar[dict[str, str]] = {
        "comma": ",",
        "ctrla": "\\u0001",
        "pipe": "|",
        "semicolon": ";",
        "tab": "\\t",
    }
    quotes: ClassVar[dict[str, str]] = {"quote": '"\\""', "single_quote": '"\'"', "disabled": "-1"}

    def options(self, scope: NodeScope) -> str:
        """Return quote, header and separator; the others only where the canvas has them."""
        quote, separator = scope.get("QuoteChar"), scope.get("Separator")
        if quote not in self.quotes or separator not in self.separators:
            raise scope.error(f"not supported yet: the quote {quote!r} with the separator {separator!r}")
        options = [f'"quoteChar": {self.quotes[quote]}']
        if scope.get("Escaper"):
            options.append(f'"escaper": {python_text.escaped(scope.get("Escaper"))}')
        options.append(f'"withHeader": {bool(scope.get("WithHeader"))}')
        options.append(f'"separator": "{self.separators[separator]}"')
        if scope.get("Multiline") is not None:
            options.append(f'"multiLine": {multiline(scope)}')
        if scope.get("OptimizePerformance") is not None:
            options.append(f'"optimizePerformance": {scope.get("OptimizePerformance")}')
        return ", ".join(options)


class S3ParquetSource(S3Source):
    """Parquet."""

    name = "S3ParquetSource"
    format = "parquet"

    def options(self, scope: NodeScope) -> str:
        """Return none."""
        return ""
