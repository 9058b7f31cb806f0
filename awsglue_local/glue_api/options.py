"""The options that AWS documents for S3, its formats and databases: each is done, refused, or means nothing here.

"Connection types and options for ETL in AWS Glue: Amazon S3", "JDBC connections", "Redshift connections", "Data format
options for inputs and outputs in AWS Glue" and "Reading input files in larger groups" (AWS Glue Developer Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue_local.errors import Unsupported
from awsglue_local.job_run.runtime import Runtime

DONE = "done"
ANY_ORDER = "nothing to do: how files are grouped and listed changes no row"
NO_CLASSES = "nothing to do: files have no storage class here"
NO_SPEED = "nothing to do: it asks for speed, not for other rows"

NO_CREDENTIALS = "nothing to do: a stand-in is opened as its settings say"
NAMES_A_DATABASE = ("connectionName", "url", "sfUrl", "database", "sfDatabase")
CREDENTIALS = (
    "useConnectionProperties",
    "user",
    "username",
    "password",
    "secretId",
    "secret",
    "ssl",
    "redshiftTmpDir",
    "redshift_tmp_dir",
    "tempdir",
    "temporary_aws_access_key_id",
    "aws_iam_role",
    "aws_iam_user",
    "DbUser",
    "sse_kms_key",
    "forward_spark_s3_credentials",
    "sfUser",
    "sfPassword",
    "sfWarehouse",
    "sfRole",
    "customJdbcDriverS3Path",
    "customJdbcDriverClassName",
)

OPTIONS: dict[str, dict[str, str]] = {
    "connection option of a source": {
        "path": DONE,
        "paths": DONE,
        "recurse": DONE,
        "exclusions": DONE,
        "compressionType": DONE,
        "groupFiles": ANY_ORDER,
        "groupSize": ANY_ORDER,
        "useS3ListImplementation": ANY_ORDER,
        "maxBand": ANY_ORDER,
        "maxFilesInBand": ANY_ORDER,
        "excludeStorageClasses": NO_CLASSES,
        "boundedFiles": "leave it out: a bookmark or fewer paths read a part of the files",
        "boundedSize": "leave it out: a bookmark or fewer paths read a part of the files",
        "isFailFast": "leave it out: a line that is no record is skipped and counted",
        "sampleQuery": "leave it out, and filter the frame",
    },
    "additional option of a catalog source": {
        "catalogPartitionPredicate": DONE,
        "groupFiles": ANY_ORDER,
        "groupSize": ANY_ORDER,
        "useS3ListImplementation": ANY_ORDER,
        "excludeStorageClasses": NO_CLASSES,
        "exclusions": "leave it out, or read by path",
        "recurse": "leave it out: a catalog table has all files below its location",
        "boundedFiles": "leave it out: a bookmark or a predicate reads a part of the files",
        "boundedSize": "leave it out: a bookmark or a predicate reads a part of the files",
        "mergeSchema": "leave it out: the columns are the catalog's",
        "jobBookmarkKeys": "leave it out: bookmarks of files need no keys",
        "jobBookmarkKeysSortOrder": "leave it out: bookmarks of files need no keys",
    },
    "json option of a source": {
        "multiLine": DONE,
        "multiline": DONE,
        "optimizePerformance": NO_SPEED,
        "jsonPath": DONE,
        "withSchema": "leave it out: the types are the files'",
        "attachFilename": "use spark.read and input_file_name() on --engine spark",
        "attachTimestamp": "leave it out: no file says when it was uploaded",
    },
    "csv option of a source": {
        "separator": DONE,
        "quoteChar": DONE,
        "escaper": DONE,
        "withHeader": DONE,
        "skipFirst": DONE,
        "multiLine": DONE,
        "multiline": DONE,
        "optimizePerformance": NO_SPEED,
        "strictCheckForQuoting": NO_SPEED,
        "writeHeader": "nothing to do: it is one of sinks",
        "withSchema": "leave it out, and cast with apply_mapping",
        "attachFilename": "use spark.read and input_file_name() on --engine spark",
        "attachTimestamp": "leave it out: no file says when it was uploaded",
    },
    "xml option of a source": {
        "rowTag": DONE,
        "attributePrefix": DONE,
        "valueTag": DONE,
        "excludeAttribute": DONE,
        "treatEmptyValuesAsNulls": DONE,
        "ignoreSurroundingSpaces": DONE,
        "encoding": DONE,
        "withSchema": "leave it out: the types are what the values look like",
    },
    "avro option of a source": {"version": "nothing to do: a file says its version"},
    "orc option of a source": {},
    "parquet option of a source": {
        "useGlueParquetWriter": NO_SPEED,
        "compression": NO_SPEED,
        "blockSize": NO_SPEED,
        "pageSize": NO_SPEED,
    },
    "connection option of a database source": {
        **dict.fromkeys(NAMES_A_DATABASE, DONE),
        "dbtable": DONE,
        "query": DONE,
        "sampleQuery": DONE,
        "jobBookmarkKeys": DONE,
        "jobBookmarkKeysSortOrder": DONE,
        **dict.fromkeys(CREDENTIALS, NO_CREDENTIALS),
        "enablePartitioningForSampleQuery": ANY_ORDER,
        "sampleSize": ANY_ORDER,
        "hashfield": ANY_ORDER,
        "hashexpression": ANY_ORDER,
        "hashpartitions": ANY_ORDER,
        "autopushdown": NO_SPEED,
        "autopushdown.s3_result_cache": NO_SPEED,
        "unload_s3_format": NO_SPEED,
        "sfSchema": DONE,
        "schema": "leave it out, and write schema.table as the table's name",
        "partitionColumn": "leave it out: it is one of custom connectors",
    },
    "connection option of a database sink": {
        **dict.fromkeys(NAMES_A_DATABASE, DONE),
        "dbtable": DONE,
        "preactions": DONE,
        "postactions": DONE,
        **dict.fromkeys(CREDENTIALS, NO_CREDENTIALS),
        "sfSchema": DONE,
        "autopushdown": NO_SPEED,
        "bulkSize": NO_SPEED,
        "bulksize": NO_SPEED,
        "tempformat": NO_SPEED,
        "extracopyoptions": "leave it out: a stand-in loads no files with COPY",
        "csvnullstring": "leave it out: a stand-in loads no files with COPY",
        "csvseparator": "leave it out: a stand-in loads no files with COPY",
    },
    "option of a sink": {
        "path": DONE,
        "partitionKeys": DONE,
        "compression": DONE,
        "enableUpdateCatalog": DONE,
        "updateBehavior": DONE,
        "format": DONE,
        "groupFiles": ANY_ORDER,
        "groupSize": ANY_ORDER,
        "useS3ListImplementation": ANY_ORDER,
        "callDeleteObjectsOnCancel": "nothing to do: nothing is written before the script has succeeded",
        "transactionId": "nothing to do: transactions of Lake Formation mean nothing here",
        "boundedFiles": "nothing to do: it is one of sources",
        "boundedSize": "nothing to do: it is one of sources",
    },
    "json option of a sink": {},
    "csv option of a sink": {
        "separator": DONE,
        "quoteChar": DONE,
        "escaper": "nothing to do: it is one of sources",
        "writeHeader": DONE,
        "withHeader": "nothing to do: it is one of sources",
        "optimizePerformance": NO_SPEED,
        "multiLine": "nothing to do: it is one of sources",
    },
    "avro option of a sink": {
        "compression": DONE,
        "version": "nothing to do: versions 1.7 and 1.8 write the same bytes for these types",
    },
    "orc option of a sink": {"compression": DONE},
    "parquet option of a sink": {
        "compression": DONE,
        "useGlueParquetWriter": NO_SPEED,
        "blockSize": NO_SPEED,
        "pageSize": NO_SPEED,
    },
}
"""Where an option is given, its name, and what becomes of it: `done`, `nothing to do: …`, or the way out."""


def check(runtime: Runtime, where: str, given: Mapping[str, Any]) -> None:
    """Refuse options that ask for what is not done; one that is empty asks for nothing.

    AWS Glue passes over options that it does not know; so does this, with a warning.

    Raises
    ------
    Unsupported
        AWS documents an option that is not done here; the message says what to do instead.
    """
    known = OPTIONS[where]
    for name, value in given.items():
        if value in (None, "", [], -1, False):
            continue
        if name not in known:
            runtime.warn(f"the {where} {name!r} is none that AWS documents, and is passed over, as in AWS Glue")
        elif known[name] != DONE and not known[name].startswith("nothing to do"):
            raise Unsupported(f'the {where} "{name}"', known[name])


def check_format(runtime: Runtime, form: str | None, side: str, given: Mapping[str, Any]) -> None:
    """Refuse options of a format, of a `source` or a `sink`; reading and writing refuse unknown formats."""
    where = f"{str(form).removeprefix('glue')} option of a {side}"
    if where in OPTIONS:
        check(runtime, where, given)
