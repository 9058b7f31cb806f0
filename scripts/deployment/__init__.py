"""Terraform: how it is called, what it built, a copy for rehearsals."""
