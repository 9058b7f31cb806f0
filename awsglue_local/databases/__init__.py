"""Databases that Glue connections and JDBC URLs lead to: each has a stand-in on this machine."""
