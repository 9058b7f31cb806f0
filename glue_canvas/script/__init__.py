"""Canvas, script and deployed job, which have to agree."""
