"""Kinds of nodes that transform rows."""
