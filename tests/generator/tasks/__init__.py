"""Five tasks with clients of four large documents, against a small server on a real socket.

The tasks are those that users start with: create, list with pages, upload, stream or download, and handle an error.
"""
