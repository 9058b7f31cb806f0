"""Scripts run in processes of their own, so that the server outlives what a Custom Transform does."""
