"""Five tasks each with clients of large documents, against a small server over a real socket.

The tasks are what users do first: create, list with pages, upload, stream or download, and an error.
"""
