"""A legacy project with a copy of integry-requests."""
