"""The site for uvicorn and other ASGI servers. It serves its static files, too; a web server usually does that."""

import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acme.settings")
application = ASGIStaticFilesHandler(get_asgi_application())
