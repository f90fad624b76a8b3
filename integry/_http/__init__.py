"""The HTTP layer: one request with its retries, deadline and body limits, sent through requests."""
