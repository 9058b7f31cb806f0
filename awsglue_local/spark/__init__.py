"""Spark's own API, taught the lake and the catalog."""
