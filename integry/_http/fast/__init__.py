"""The fast path: the only folder that knows the inside of requests, urllib3 and http.client."""
