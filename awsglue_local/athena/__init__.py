"""Athena's dialect: queries, the errors they end in, and CREATE EXTERNAL TABLE."""
