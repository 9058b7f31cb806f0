"""Trino's SQL, as Athena speaks it, in the SQL of DuckDB: a statement means the same there, or it is refused."""
