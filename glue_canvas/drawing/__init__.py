"""Canvases, and jobs with their tables, as pictures."""
