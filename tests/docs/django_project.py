"""A Django project for the pages of the documentation."""

from io import StringIO
from types import ModuleType

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from tests.django import site
from tests.docs.pages import DOCS, blocks


def check_view(request, view, sandbox):
    """Check that a view sends a user to connect Slack first, and posts once that is done."""
    page = Site(request)
    page.use(INTEGRY={"BASE_URL": sandbox.url}, ROOT_URLCONF=page.urls([path("", view), *site.urlpatterns]))
    ann = page.browser(7)
    assert ann.post("/")["Location"] == "/integry/connect/slack/?form=1"
    sandbox.connect("slack", user_id=7)
    assert ann.post("/").json() == {"posted": True}
    assert sandbox.calls[-1].user_id == "7"


class Site:
    """A Django project, whose settings a page changes until its end.

    Args:
        request: The pytest request of the page.
    """

    def __init__(self, request):
        site.configure()
        self._request = request

    def use(self, **values):
        """Change settings."""
        override = override_settings(**values)
        override.enable()
        self._request.addfinalizer(override.disable)

    def urls(self, urlpatterns):
        """Return a module of URLs."""
        module = ModuleType("urls")
        module.urlpatterns = urlpatterns
        return module

    def browser(self, number):
        """Return a browser in which a user is logged in."""
        found = Client()
        found.force_login(site.user(number))
        return found

    def request(self, number=7, path="/", **attributes):
        """Return a request of a user, or of an anonymous visitor."""
        from django.contrib.auth.models import AnonymousUser

        request = RequestFactory().get(path)
        request.user = AnonymousUser() if number is None else site.user(number)
        vars(request).update(attributes)
        return request

    def visit(self, view, number=7):
        """Return the response of a view to a user."""
        return (async_to_sync(view) if iscoroutinefunction(view) else view)(self.request(number))

    def render(self, page, user_id=7, path="/"):
        """Return the first HTML block of a page, rendered as a template."""
        template = next(block.text for block in blocks(DOCS / "django" / page) if block.language == "html")
        return site.render(template, self.request(user_id, path))

    def templates(self, page, name):
        """Return the setting TEMPLATES with the first HTML block of a page as a template with this name."""
        template = next(block.text for block in blocks(DOCS / "django" / page) if block.language == "html")
        loaders = "django.template.loaders.locmem.Loader", "django.template.loaders.app_directories.Loader"
        options = {**site.TEMPLATES[0]["OPTIONS"], "loaders": [(loaders[0], {name: template}), loaders[1]]}
        return [{"BACKEND": site.TEMPLATES[0]["BACKEND"], "OPTIONS": options}]

    def command(self, name, *arguments):
        """Return the output of a command."""
        output = StringIO()
        call_command(name, *arguments, stdout=output, stderr=output)
        return output.getvalue()
