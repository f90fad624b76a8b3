"""A Django REST framework project with drf-spectacular on a free port, which it prints. Its database is in memory."""

from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

HERE = "tests.contract.servers"


class QuietHandler(WSGIRequestHandler):
    """A request handler that prints nothing."""

    def log_message(self, *_):
        """Print nothing."""


def configure():
    """Set up Django, the tables and a user with a token."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "rest_framework.authtoken",
            "drf_spectacular",
            f"{HERE}.library",
        ],
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
            "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
            "PAGE_SIZE": 2,
        },
        ROOT_URLCONF=f"{HERE}.library.urls",
        SECRET_KEY="fake-secret-key",
        # The default of drf-spectacular: one schema for requests and responses, with readOnly and writeOnly properties.
        SPECTACULAR_SETTINGS={"COMPONENT_SPLIT_REQUEST": False, "TITLE": "Library"},
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    configure()
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=QuietHandler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
