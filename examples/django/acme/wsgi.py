"""The site for gunicorn and other WSGI servers. It serves its static files, too; a web server usually does that."""

import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acme.settings")
application = StaticFilesHandler(get_wsgi_application())
