"""A canvas changed by commands and programs: nodes added, connected, set; a new job; a table's statement."""
