"""The files of Iceberg tables: objects of the emulator's S3, and no others."""

from __future__ import annotations

from pyarrow.fs import FileSystem
from pyiceberg.io.pyarrow import PyArrowFileIO

from awsglue_local.athena.trino.errors import QueryError

SCHEMES = {"s3", "s3a", "s3n"}


class FilesOfS3(PyArrowFileIO):
    """Opens what a table's location, metadata and manifests name, if it is in S3."""

    def _initialize_fs(self, scheme: str, netloc: str | None = None) -> FileSystem:
        if scheme not in SCHEMES:
            raise QueryError(f"ICEBERG_FILESYSTEM_ERROR: The file system {scheme} is not S3")
        return super()._initialize_fs(scheme, netloc)
