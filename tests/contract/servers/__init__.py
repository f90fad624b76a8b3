"""Servers whose documents are generated into clients. They run in the environment of `make servers`."""
