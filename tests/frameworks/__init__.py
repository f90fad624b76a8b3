"""Tests of the adapters of agent frameworks, each in an environment of its own (`make frameworks`).

A module NAME is a program that is run in the environment that NAME.txt describes. pytest does not collect it.
"""
