"""Who may do what: requests are judged by the policies that the emulated IAM and S3 keep, as AWS judges them."""
