"""Commands about the deployed lakehouse."""
