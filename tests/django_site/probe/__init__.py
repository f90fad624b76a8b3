"""Pages for tests, in addition to those of the example site."""
