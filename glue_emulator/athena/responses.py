"""Athena's operations that moto has not, or only in name. Each method is an operation, as in moto."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError
from moto.glue.models import glue_backends

from glue_emulator.athena.queries import InvalidRequest, Queries, queries_of
from glue_emulator.athena.refusals import MetadataFailed, NotThere
from glue_emulator.athena.statements.statement import prepared_statement

CATALOG = "AwsDataCatalog"
ROWS = 1000
PAGE = 50


class AthenaApi(AthenaResponse):
    """moto's Athena, with queries that answer."""

    @property
    def queries(self) -> Queries:
        """The queries of the request's account and region."""
        return queries_of(self.athena_backend)

    @property
    def request(self) -> dict[str, Any]:
        """The request."""
        return dict(json.loads(self.body or "{}"))

    # queries

    def start_query_execution(self) -> str:
        return json.dumps({"QueryExecutionId": self.queries.start(self.request).id})

    def get_query_execution(self) -> str:
        return json.dumps({"QueryExecution": self.queries.get(self.request["QueryExecutionId"]).as_dict()})

    def batch_get_query_execution(self) -> str:
        known = {one.id: one.as_dict() for one in self.queries.of_workgroup(None)}
        ids = self.request["QueryExecutionIds"]
        missing = [
            {"QueryExecutionId": one, "ErrorCode": "INVALID_QUERY_EXECUTION_ID"} for one in ids if one not in known
        ]
        found = [known[one] for one in ids if one in known]
        return json.dumps({"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing})

    def list_query_executions(self) -> str:
        ids = [one.id for one in self.queries.of_workgroup(self.request.get("WorkGroup") or "primary")]
        return self._page("QueryExecutionIds", ids, PAGE)

    def stop_query_execution(self) -> str:
        self.queries.stop(self.request["QueryExecutionId"])
        return "{}"

    def get_query_results(self) -> str:
        query = self.queries.get(self.request["QueryExecutionId"])
        if query.state != "SUCCEEDED":
            ended = query.state in ("FAILED", "CANCELLED")
            words = "Query did not finish successfully" if ended else "Query has not yet finished"
            raise InvalidRequest(
                f"{words}. Final query state: {query.state}" if ended else f"{words}. Current state: {query.state}"
            )
        start = self._start()
        rows = query.rows()
        end = start + min(int(self.request.get("MaxResults") or ROWS), ROWS)
        more = {"NextToken": str(end)} if end < len(rows) else {}
        metadata = {"ColumnInfo": query.columns()}
        return json.dumps(
            {
                "ResultSet": {"Rows": rows[start:end], "ResultSetMetadata": metadata},
                "UpdateCount": query.outcome.written,
                **more,
            }
        )

    def get_query_runtime_statistics(self) -> str:
        query = self.queries.get(self.request["QueryExecutionId"])
        milliseconds = round(query.seconds * 1000)
        rows = {"InputBytes": query.outcome.scanned, "OutputRows": len(query.outcome.rows)}
        timeline = {"EngineExecutionTimeInMillis": milliseconds, "TotalExecutionTimeInMillis": milliseconds}
        return json.dumps({"QueryRuntimeStatistics": {"Rows": rows, "Timeline": timeline}})

    # the catalog

    def get_database(self) -> str:
        return json.dumps({"Database": _database(self._asked(lambda glue, name: glue.get_database(name)))})

    def list_databases(self) -> str:
        return self._page("DatabaseList", [_database(one.as_dict()) for one in self._glue.get_databases()], PAGE)

    def get_table_metadata(self) -> str:
        table = str(self.request["TableName"]).strip("`").lower()
        return json.dumps({"TableMetadata": _metadata(self._asked(lambda glue, name: glue.get_table(name, table)))})

    def list_table_metadata(self) -> str:
        try:
            pattern = re.compile(str(self.request.get("Expression") or "").replace("*", ".*") or ".*")
        except re.error as error:
            raise InvalidRequest(f"Expression is not valid: {error}") from error
        described = self._asked(lambda glue, name: glue.get_database(name))
        there = self._glue.get_database(described["Name"]).tables.values()
        tables = [one.as_dict() for one in there]
        return self._page(
            "TableMetadataList", [_metadata(one) for one in tables if pattern.fullmatch(one["Name"])], PAGE
        )

    def _asked(self, ask: Callable[[Any, str], Any]) -> dict[str, Any]:
        """Ask the Data Catalog for something of the database that the request names, as Athena does.

        Raises
        ------
        MetadataFailed
            It is not there.
        """
        if self.request.get("CatalogName", CATALOG).lower() != CATALOG.lower():
            raise InvalidRequest(f"Data catalog {self.request['CatalogName']} was not found")
        name = str(self.request["DatabaseName"]).strip("`").lower()
        try:
            return dict(ask(self._glue, name).as_dict())
        except JsonRESTError as error:
            raise MetadataFailed(str(error.message)) from error

    def get_data_catalog(self) -> str:
        name = str(self.request["Name"])
        if name.lower() == CATALOG.lower():
            described = {"Name": CATALOG, "Type": "GLUE", "Parameters": {"catalog-id": self.current_account}}
            return json.dumps({"DataCatalog": described})
        if name not in self.athena_backend.data_catalogs:
            raise InvalidRequest(f"Data catalog {name} was not found")
        return str(super().get_data_catalog())

    def delete_data_catalog(self) -> str:
        name = self.request["Name"]
        if self.athena_backend.data_catalogs.pop(name, None) is None:
            raise InvalidRequest(f"Data catalog {name} was not found")
        return "{}"

    def list_engine_versions(self) -> str:
        selected = ("AUTO", "Athena engine version 3")
        versions = [{"SelectedEngineVersion": one, "EffectiveEngineVersion": selected[1]} for one in selected]
        return json.dumps({"EngineVersions": versions})

    def list_data_catalogs(self) -> str:
        there = [{"CatalogName": CATALOG, "Type": "GLUE"}, *self.athena_backend.list_data_catalogs()]
        return json.dumps({"DataCatalogsSummary": there})

    @property
    def _glue(self) -> Any:
        return glue_backends[self.current_account][self.region]

    # workgroups, saved queries and prepared statements

    def get_work_group(self) -> str:
        if self.request["WorkGroup"] not in self.athena_backend.work_groups:
            raise InvalidRequest(f"WorkGroup {self.request['WorkGroup']} is not found.")
        return str(super().get_work_group())

    def get_named_query(self) -> str:
        if self.request["NamedQueryId"] not in self.athena_backend.named_queries:
            raise InvalidRequest(f"NamedQuery {self.request['NamedQueryId']} was not found")
        return str(super().get_named_query())

    def update_work_group(self) -> str:
        group = self.athena_backend.work_groups.get(self.request["WorkGroup"])
        if group is None:
            raise InvalidRequest(f"WorkGroup {self.request['WorkGroup']} is not found.")
        group.description = self.request.get("Description", group.description)
        group.state = self.request.get("State", group.state)
        updates = dict(self.request.get("ConfigurationUpdates") or {})
        result = dict(group.configuration.get("ResultConfiguration") or {})
        given = dict(updates.pop("ResultConfigurationUpdates", {}))
        removed = {name.removeprefix("Remove") for name, value in given.items() if name.startswith("Remove") and value}
        result = {name: value for name, value in result.items() if name not in removed}
        result |= {name: value for name, value in given.items() if not name.startswith("Remove")}
        if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        group.configuration |= {**updates, "ResultConfiguration": result}
        return "{}"

    def delete_work_group(self) -> str:
        name = self.request["WorkGroup"]
        if name == "primary":
            raise InvalidRequest("Cannot delete the primary WorkGroup")
        saved = [one for one in self.athena_backend.named_queries.values() if one.workgroup.name == name]
        prepared = self.queries.prepared.get(name)
        if (saved or prepared or self.queries.of_workgroup(name)) and not self.request.get("RecursiveDeleteOption"):
            raise InvalidRequest(f"WorkGroup {name} is not empty")
        for one in saved:
            del self.athena_backend.named_queries[one.id]
        self.queries.prepared.pop(name, None)
        self.queries.forget(name)
        return str(super().delete_work_group())

    def delete_named_query(self) -> str:
        self.athena_backend.named_queries.pop(self.request["NamedQueryId"], None)
        return "{}"

    def batch_get_named_query(self) -> str:
        there = self.athena_backend.named_queries
        ids = self.request["NamedQueryIds"]
        found = [
            {
                "Name": there[one].name,
                "Description": there[one].description,
                "Database": there[one].database,
                "QueryString": there[one].query_string,
                "NamedQueryId": one,
                "WorkGroup": there[one].workgroup.name,
            }
            for one in ids
            if one in there
        ]
        missing = [{"NamedQueryId": one, "ErrorCode": "INVALID_INPUT"} for one in ids if one not in there]
        return json.dumps({"NamedQueries": found, "UnprocessedNamedQueryIds": missing})

    def update_named_query(self) -> str:
        query = self.athena_backend.named_queries.get(self.request["NamedQueryId"])
        if query is None:
            raise InvalidRequest(f"NamedQuery {self.request['NamedQueryId']} was not found")
        query.name = self.request["Name"]
        query.description = self.request.get("Description", query.description)
        query.query_string = self.request["QueryString"]
        return "{}"

    def create_prepared_statement(self) -> str:
        group, name = self._statement_key
        if group not in self.athena_backend.work_groups:
            raise InvalidRequest(f"WorkGroup {group} is not found.")
        there = self.queries.prepared.setdefault(group, {})
        if name in there:
            raise InvalidRequest(f"PreparedStatement {name} already exists in workGroup {group}")
        there[name] = self._statement()
        return "{}"

    def get_prepared_statement(self) -> str:
        return json.dumps({"PreparedStatement": self._prepared()})

    def batch_get_prepared_statement(self) -> str:
        there = self.queries.prepared.get(self.request["WorkGroup"], {})
        names = [one.lower() for one in self.request["PreparedStatementNames"]]
        missing = [
            {"StatementName": one, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": _no_statement(one)}
            for one in names
            if one not in there
        ]
        found = [there[one] for one in names if one in there]
        return json.dumps({"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing})

    def list_prepared_statements(self) -> str:
        there = self.queries.prepared.get(self.request["WorkGroup"], {})
        names = [
            {"StatementName": one["StatementName"], "LastModifiedTime": one["LastModifiedTime"]}
            for one in there.values()
        ]
        return self._page("PreparedStatements", names, PAGE)

    def update_prepared_statement(self) -> str:
        self._prepared()
        group, name = self._statement_key
        self.queries.prepared[group][name] = self._statement()
        return "{}"

    def delete_prepared_statement(self) -> str:
        self._prepared()
        group, name = self._statement_key
        del self.queries.prepared[group][name]
        return "{}"

    @property
    def _statement_key(self) -> tuple[str, str]:
        return str(self.request["WorkGroup"]), str(self.request["StatementName"]).lower()

    def _statement(self) -> dict[str, Any]:
        asked = self.request
        return prepared_statement(
            asked["StatementName"], asked["WorkGroup"], asked["QueryStatement"], asked.get("Description")
        )

    def _prepared(self) -> dict[str, Any]:
        group, name = self._statement_key
        if group not in self.athena_backend.work_groups:
            raise InvalidRequest(f"WorkGroup {group} is not found.")
        found = self.queries.prepared.get(group, {}).get(name)
        if found is None:
            raise NotThere(_no_statement(self.request["StatementName"]))
        return found

    def _start(self) -> int:
        token = str(self.request.get("NextToken") or 0)
        if not token.isdecimal():
            raise InvalidRequest("The NextToken is not one that was given")
        return int(token)

    def _page(self, member: str, items: list[Any], most: int) -> str:
        start = self._start()
        end = start + min(int(self.request.get("MaxResults") or most), most)
        more = {"NextToken": str(end)} if end < len(items) else {}
        return json.dumps({member: items[start:end], **more})


def _no_statement(name: str) -> str:
    return f"PreparedStatement {name} was not found"


def _database(described: dict[str, Any]) -> dict[str, Any]:
    return {name: described[name] for name in ("Name", "Description", "Parameters") if described.get(name)}


def _metadata(described: dict[str, Any]) -> dict[str, Any]:
    storage = described.get("StorageDescriptor") or {}
    return {
        "Name": described["Name"],
        "TableType": described.get("TableType", ""),
        "Columns": storage.get("Columns", []),
        "PartitionKeys": described.get("PartitionKeys", []),
        "Parameters": {**(described.get("Parameters") or {}), "location": storage.get("Location", "")},
    }
