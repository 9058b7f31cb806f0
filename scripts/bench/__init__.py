"""The same pipeline in several ways, timed side by side: `make bench`."""
