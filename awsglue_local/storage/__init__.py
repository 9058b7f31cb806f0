"""Where tables lie and what they are: a lake folder or S3, a catalog folder or the Glue API."""
