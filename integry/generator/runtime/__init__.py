"""The part of a client that is the same for all documents; the generator copies these modules into each client."""
