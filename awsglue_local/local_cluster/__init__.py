"""A Spark Connect cluster on this machine: Sail's driver and workers, each a process of its own."""
