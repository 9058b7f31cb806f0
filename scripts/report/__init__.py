"""The page about a run, `make report`: what the lakehouse holds, how it came there, and whether it may be trusted."""
