"""The files: a canvas as Studio writes it, and a job in its other shapes."""
