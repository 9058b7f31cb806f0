"""Which lake and catalog a run works on: a folder, an endpoint whose files are brought here, or S3 for a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from awsglue_local.cluster.store import Store
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.catalog import Catalog, FolderCatalog
from awsglue_local.storage.endpoint import Endpoint, keep_from_s3
from awsglue_local.storage.lake import SCHEME, Lake

if TYPE_CHECKING:
    from awsglue_local.storage.remote_lake import RemoteLake

CLUSTER = "sc://"
DEFAULT_LAKE = Path(".lake")
NOTES = "_on_s3"
"""The folder of the local lake that holds what is known of lakes on S3: bookmarks, the catalog, the last run."""


@dataclass(frozen=True)
class Opened:
    """A lake with its catalog.

    Attributes
    ----------
    remote
        The lake again, and how executors reach S3, where they read and write it; else None.
    """

    lake: Lake
    catalog: Catalog
    remote: tuple[RemoteLake, Store] | None = None


def in_folder(lake: Path) -> Opened:
    """Open a lake folder."""
    keep_from_s3()
    folder = Lake(lake)
    return Opened(folder, FolderCatalog(folder.root))


def on_endpoint(endpoint: Endpoint, may_write: bool) -> Opened:
    """Open an endpoint's S3 and catalog; what is read is brought here."""
    # boto3 takes a quarter of a second to import, which a run on a folder need not wait for
    from awsglue_local.storage.glue_catalog import GlueCatalog
    from awsglue_local.storage.s3_lake import S3Lake

    endpoint.export()
    return Opened(S3Lake(endpoint.client("s3"), str(endpoint), may_write), GlueCatalog(endpoint.client("glue")))


def notes_of(lake: str) -> Path:
    """Return the folder of this machine for what is known of a lake on S3 from one run to the next."""
    return DEFAULT_LAKE / NOTES / lake.removeprefix(SCHEME).strip("/")


def on_cluster(prefix: str, engine: str, endpoint: Endpoint, may_write: bool, in_glue: bool) -> Opened:
    """Open a lake on S3 that a cluster reads and writes.

    Parameters
    ----------
    prefix
        `s3://bucket/prefix`.
    in_glue
        Whether the tables are those of the endpoint's Data Catalog; else their definitions are in a folder here.

    Raises
    ------
    GlueLocalError
        The engine is no cluster.
    """
    from awsglue_local.storage.glue_catalog import GlueCatalog
    from awsglue_local.storage.remote_lake import RemoteLake

    if not engine.startswith(CLUSTER):
        raise GlueLocalError(
            f"the lake {prefix} is on S3, where the engine {engine} does not read and write: name a cluster, "
            "sc://HOST:PORT, or a lake folder of this machine"
        )
    notes = notes_of(prefix)
    lake = RemoteLake(endpoint.client("s3"), str(endpoint), prefix, may_write, notes)
    catalog = GlueCatalog(endpoint.client("glue")) if in_glue else FolderCatalog(notes)
    return Opened(lake, catalog, (lake, Store(endpoint.url, str(endpoint.session().region_name))))
