"""A Glue Studio on this machine: canvases edited in a browser, previewed, run and queried, without AWS."""
