"""A legacy project."""
