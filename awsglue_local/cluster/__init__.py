"""What the executors of a cluster do for a run: read text where it lies, and write rows where they are."""
