"""A Django project for tests, without a database: its users are in memory, and its sessions in cookies."""

import django
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "integry.django.middleware.IntegryMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]


def configure():
    """Configure Django for this process, if it is not configured yet."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["testserver"],
            AUTHENTICATION_BACKENDS=["tests.django.site.Users"],
            DATABASES={},
            INSTALLED_APPS=[
                "django.contrib.auth",
                "django.contrib.contenttypes",
                "django.contrib.sessions",
                "integry.django",
            ],
            LOGIN_URL="/login/",
            MIDDLEWARE=MIDDLEWARE,
            ROOT_URLCONF="tests.django.site",
            SECRET_KEY="only for tests",
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
            STATIC_URL="/static/",
            TEMPLATES=TEMPLATES,
            USE_TZ=True,
        )
    if not apps.ready:
        django.setup()
        from django.contrib.auth.signals import user_logged_in

        # There is no database to save the time of the last login in.
        user_logged_in.disconnect(dispatch_uid="update_last_login")


def user(number):
    """Return the user with an id."""
    from django.contrib.auth.models import User

    return User(pk=number, username=f"user{number}", password="!")


class Users:
    """An authentication backend that has a user for each id."""

    def get_user(self, number):
        """Return the user with an id."""
        return user(number)

    async def aget_user(self, number):
        """Return the user with an id."""
        return user(number)


def call(request):
    """Call a function for the user of the request."""
    arguments = {"channel": "general", "text": "Hello"}
    return HttpResponse(str(request.integry.functions.call("slack-post-message", arguments).ok))


def listing(request):
    """List the apps of the user of the request."""
    return HttpResponse(" ".join(app.name for app in request.integry.apps.list()))


def idle(_):
    """Respond without a call."""
    return HttpResponse("idle")


def render(text, request=None, **context):
    """Return a rendered template."""
    return engines["django"].from_string(text).render(context, request)


urlpatterns = [
    path("integry/", include("integry.django.urls")),
    path("call/", call),
    path("list/", listing),
    path("idle/", idle),
]
