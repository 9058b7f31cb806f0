"""The SQL Query node."""

from __future__ import annotations

from collections.abc import Iterable

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import DYNAMIC_FRAME_OF_PACKAGE, STUDIO_RANK, Helper, Kind, NodeScope
from glue_canvas.kinds.studio_helpers import SPARK_SQL_QUERY


class SparkSql(Kind):
    """A query over the inputs, each a view under its alias."""

    name = "SparkSQL"
    input_count = range(1, 100)

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's."""
        return (DYNAMIC_FRAME_OF_PACKAGE,)

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return `sparkSqlQuery`."""
        return (Helper(STUDIO_RANK, SPARK_SQL_QUERY),)

    def statements(self, scope: NodeScope) -> str:
        """Return the query's text in a variable and one call of `sparkSqlQuery`."""
        query = python_text.quoted_lines(scope.get("SqlQuery"), "'''")
        inputs = dict(zip(scope.node.inputs, scope.inputs, strict=True))
        aliases = scope.get("SqlAliases")
        for alias in aliases:
            if alias["From"] not in inputs:
                raise scope.error(f"the alias {alias['Alias']!r} belongs to {alias['From']}, which is not an input")
        mapping = ", ".join(f"{python_text.quoted(alias['Alias'])}:{inputs[alias['From']]}" for alias in aliases)
        return (
            f"SqlQuery{scope.query_number} = {query}\n"
            f"{scope.variable} = sparkSqlQuery(glueContext, query = SqlQuery{scope.query_number}, "
            f'mapping = {{{mapping}}}, transformation_ctx = "{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the columns of the query, as far as it can be understood; else the declared ones."""
        # its parser is slow to import, and running jobs needs no columns
        from glue_canvas.kinds.transforms import sql_columns

        views = self._views(flow)
        names = [alias["Alias"] for alias in flow.node.fields["SqlAliases"]]
        flow.faults.extend(
            f"two inputs have the alias {name!r}" for name in sorted(set(names)) if names.count(name) > 1
        )
        try:
            columns = sql_columns.result_columns(flow.node.fields["SqlQuery"], views)
        except sql_columns.MissingColumnError as error:
            flow.faults.append(str(error))
            columns = None
        except sql_columns.QueryError as error:
            flow.doubts.append(str(error))
            columns = None
        return columns or flow.declared

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the columns that the query computes it from; all where that cannot be told."""
        from glue_canvas.kinds.transforms import sql_columns

        found = sql_columns.sources_of(flow.node.fields["SqlQuery"], self._views(flow), name)
        if found is None:
            return flow.everything
        number_of = {
            alias["Alias"].lower(): flow.node.inputs.index(alias["From"]) for alias in flow.node.fields["SqlAliases"]
        }
        return [(number_of[view], column) for view, column in found]

    def tables_of(self, flow: ColumnFlow) -> Iterable[tuple[str, str]]:
        """Return what the query names besides its inputs: catalog tables, and views that other queries have left."""
        from glue_canvas.kinds.transforms import sql_columns

        return sql_columns.other_tables(flow.node.fields["SqlQuery"], self._views(flow))

    def _views(self, flow: ColumnFlow) -> dict[str, Columns | None]:
        inputs = dict(zip(flow.node.inputs, flow.inputs, strict=True))
        return {alias["Alias"]: inputs.get(alias["From"]) for alias in flow.node.fields["SqlAliases"]}
