"""What each transform does to a DataFrame."""
