"""What Athena's operations refuse, each with the exception that clients look for."""

from __future__ import annotations

import uuid

from moto.core.exceptions import JsonRESTError


class NotThere(JsonRESTError):
    """A prepared statement that is not there."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFoundException", message)


class MetadataFailed(JsonRESTError):
    """A database or table that the Data Catalog does not have.

    The words in brackets are what Athena appends of the catalog's own answer; PyAthena reads the error's name there.
    """

    code = 400

    def __init__(self, message: str) -> None:
        words = (
            f"{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
            f"Request ID: {uuid.uuid4()}; Proxy: null)"
        )
        super().__init__("MetadataException", words)
