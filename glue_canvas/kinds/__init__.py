"""The kinds of nodes, one class a kind: what Studio writes for it and which columns leave it.

A new kind is a class in one of these modules and a line in `KINDS`.
"""

from __future__ import annotations

from glue_canvas.kinds.kind import Helper, Kind, NodeScope, Source, variable
from glue_canvas.kinds.stores.catalog import (
    CatalogSource,
    CatalogTarget,
    IcebergCatalogSource,
    S3CatalogSource,
    S3CatalogTarget,
)
from glue_canvas.kinds.stores.databases import (
    DynamoDbCatalogSource,
    MySqlCatalogSource,
    MySqlCatalogTarget,
    PostgreSqlCatalogSource,
    PostgreSqlCatalogTarget,
    SnowflakeTarget,
    SqlServerCatalogTarget,
)
from glue_canvas.kinds.stores.jdbc import DirectJdbcSource
from glue_canvas.kinds.stores.redshift import AmazonRedshiftSource, AmazonRedshiftTarget, RedshiftSource, RedshiftTarget
from glue_canvas.kinds.stores.s3_sources import S3CsvSource, S3JsonSource, S3ParquetSource
from glue_canvas.kinds.stores.s3_targets import S3DirectTarget, S3GlueParquetTarget
from glue_canvas.kinds.stores.target import Target
from glue_canvas.kinds.transforms.custom_code import CustomCode, SelectFromCollection
from glue_canvas.kinds.transforms.data_quality import EvaluateDataQuality, EvaluateDataQualityMultiFrame
from glue_canvas.kinds.transforms.dynamic_transform import DynamicTransform
from glue_canvas.kinds.transforms.fields import ApplyMapping, DropFields, DropNullFields, RenameField, SelectFields
from glue_canvas.kinds.transforms.join import Join
from glue_canvas.kinds.transforms.route import Route
from glue_canvas.kinds.transforms.rows import Aggregate, DropDuplicates, Filter, Union
from glue_canvas.kinds.transforms.sql import SparkSql

__all__ = ["KINDS", "Helper", "Kind", "NodeScope", "Source", "Target", "variable"]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Aggregate(),
        AmazonRedshiftSource(),
        AmazonRedshiftTarget(),
        ApplyMapping(),
        CatalogSource(),
        CatalogTarget(),
        CustomCode(),
        DirectJdbcSource(),
        DropDuplicates(),
        DropFields(),
        DropNullFields(),
        DynamicTransform(),
        DynamoDbCatalogSource(),
        EvaluateDataQuality(),
        EvaluateDataQualityMultiFrame(),
        Filter(),
        IcebergCatalogSource(),
        Join(),
        MySqlCatalogSource(),
        MySqlCatalogTarget(),
        PostgreSqlCatalogSource(),
        PostgreSqlCatalogTarget(),
        RedshiftSource(),
        RedshiftTarget(),
        RenameField(),
        Route(),
        S3CatalogSource(),
        S3CatalogTarget(),
        S3CsvSource(),
        S3DirectTarget(),
        S3GlueParquetTarget(),
        S3JsonSource(),
        S3ParquetSource(),
        SelectFields(),
        SelectFromCollection(),
        SnowflakeTarget(),
        SparkSql(),
        SqlServerCatalogTarget(),
        Union(),
    )
}
