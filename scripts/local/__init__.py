"""Commands about the lakehouse on this machine."""
