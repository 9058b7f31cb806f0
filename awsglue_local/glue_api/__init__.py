"""What a script imports as `awsglue`, `awsgluedq` and `awsglueml`."""
