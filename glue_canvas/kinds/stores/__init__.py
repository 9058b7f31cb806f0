"""Kinds of nodes that read or write: the catalog, S3, databases."""
