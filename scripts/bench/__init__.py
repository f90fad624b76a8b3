"""Benchmark of the SDK against other clients, run by `make bench`."""
