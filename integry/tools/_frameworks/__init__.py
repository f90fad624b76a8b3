"""Adapters of agent frameworks: a module for each, which alone imports the framework."""
