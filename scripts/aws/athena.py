"""Queries on Athena: start, wait, read the rows."""

from __future__ import annotations

import time
from dataclasses import dataclass

from awsglue_local.errors import EndpointError
from scripts.deployment.outputs import Deployment

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
POLL_SECONDS = {True: 0.02, False: 0.5}
"""By whether the endpoint is on this machine."""
LEAST_BYTES = 10_000_000
DOLLARS_PER_TERABYTE = 5.0
"""Athena's price in most regions; a query is billed for 10 MB at least ("Amazon Athena pricing")."""


@dataclass(frozen=True)
class QueryAnswer:
    """What Athena answered.

    Attributes
    ----------
    rows
        Values as text; None for a null.
    scanned
        Bytes.
    """

    columns: list[str]
    rows: list[tuple[str | None, ...]]
    scanned: int
    seconds: float

    @property
    def dollars(self) -> float:
        """What the query costs."""
        return max(self.scanned, LEAST_BYTES) / 1e12 * DOLLARS_PER_TERABYTE


class Athena:
    """Athena with the deployment's workgroup and database."""

    def __init__(self, there: Deployment) -> None:
        self._there = there
        self._client = there.client("athena")

    def query(self, sql: str) -> QueryAnswer:
        """Run a query and return its rows.

        Raises
        ------
        EndpointError
            The query failed; the message has Athena's reason.
        """
        query_id = self._client.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._there.database},
            WorkGroup=self._there.athena_workgroup,
        )["QueryExecutionId"]
        while True:
            query = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if query["Status"]["State"] in ENDED:
                break
            time.sleep(POLL_SECONDS[self._there.endpoint.is_local])
        if query["Status"]["State"] != "SUCCEEDED":
            raise EndpointError(f"Athena: {query['Status'].get('StateChangeReason', query['Status']['State'])}")
        pages = self._client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        rows = [
            tuple(cell.get("VarCharValue") for cell in row["Data"])
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]
        statistics = query["Statistics"]
        seconds = statistics.get("TotalExecutionTimeInMillis", 0) / 1000
        return QueryAnswer([str(one) for one in rows[0]], rows[1:], statistics.get("DataScannedInBytes", 0), seconds)
