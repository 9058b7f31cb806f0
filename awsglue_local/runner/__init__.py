"""A local Glue: one script after another."""
