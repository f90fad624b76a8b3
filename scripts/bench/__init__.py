"""What the SDK costs beside other clients; run by `make bench`."""
