"""The example site of examples/django/ under gunicorn and uvicorn, with a sandbox and Chromium (`make django-site`)."""
