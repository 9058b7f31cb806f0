"""DynamicFrames: made from tables and files, and written to them."""
