"""Text and Parquet files, read as AWS Glue reads them."""
