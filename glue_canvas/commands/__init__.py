"""The commands of glue-canvas, each with its arguments beside what it does."""
