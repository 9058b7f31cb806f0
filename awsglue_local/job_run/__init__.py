"""What one job run works with: an engine, the lake, its account, its bookmark, what it has yet to publish."""
