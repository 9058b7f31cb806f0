terraform {
  required_version = ">= 1.11" # use_lockfile, see README.md

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
