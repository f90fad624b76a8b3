"""The clients of a Django project, and the setting INTEGRY."""

import threading
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ImproperlyConfigured, SynchronousOnlyOperation
from django.test import RequestFactory, override_settings

from integry import ConfigurationError, Integry, InvalidRequest
from integry.django import _clients, aclient_for, client_for, get_client, get_organisation
from tests.django.site import user

KEYS = {"APP_KEY": "app key", "APP_SECRET": "app secret"}
HELLO = ("slack-post-message", {"channel": "general", "text": "Hello"})


def request_of(visitor=None):
    """Return a request of a user."""
    request = RequestFactory().get("/")
    request.user = visitor or AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("APP_KEYS", "APP_KEY"), ("app_secret", "APP_SECRET"), ("TIMEOUTS", "TIMEOUT"), ("JS", "JS_OPTIONS"), (1, "")],
)
def test_an_unknown_key_is_refused(integry_settings, key, nearest):
    """An unknown key of INTEGRY raises ImproperlyConfigured, which names the nearest key but not the value."""
    integry_settings(**KEYS)
    with override_settings(INTEGRY={**KEYS, key: "a secret value"}):
        with pytest.raises(ImproperlyConfigured, match=f"has no key '{key}'. Did you mean '{nearest}") as caught:
            get_client()
        assert "a secret value" not in str(caught.value)


def test_the_setting_must_be_a_dict():
    """INTEGRY must be a dict."""
    with override_settings(INTEGRY=["APP_KEY"]), pytest.raises(ImproperlyConfigured, match="must be a dict, got list"):
        get_client()


def test_the_settings_are_read_on_first_use(integry_settings, monkeypatch):
    """Without keys, the environment has the credentials. Without those, the first use raises ConfigurationError."""
    integry_settings()
    with pytest.raises(ConfigurationError, match="app_key= .*app_secret= "):
        get_client()
    monkeypatch.setenv("INTEGRY_APP_KEY", "app key")
    monkeypatch.setenv("INTEGRY_APP_SECRET", "app secret")
    assert get_client().app_key == "app key"


def test_the_client_has_the_settings(integry_settings):
    """The client has the values of INTEGRY, or defaults that fit web servers."""
    integry_settings(**KEYS)
    settings = get_client().settings
    assert (settings.timeout, settings.deadline, settings.max_retries, settings.user_id) == ((3.0, 10.0), 20.0, 2, None)
    integry_settings(**KEYS, BASE_URL="https://proxy.example.com", TIMEOUT=5, DEADLINE=None, MAX_RETRIES=0)
    settings = get_client().settings
    assert settings.base_url == "https://proxy.example.com"
    assert (settings.timeout, settings.deadline, settings.max_retries) == (5, None, 0)


def test_a_process_has_one_client(integry_settings):
    """All threads get the same client, also if they come first at the same moment."""
    integry_settings(**KEYS)
    barrier, found = threading.Barrier(8), []

    def get():
        barrier.wait()
        found.append(get_client())

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_a_change_of_the_settings_drops_the_client(integry_settings):
    """A change of INTEGRY drops the clients, and a change of another setting does not."""
    integry_settings(**KEYS, ORGANISATION_TOKEN="token")
    client, organisation = get_client(), get_organisation("o")
    with override_settings(DEBUG=True):
        assert get_client() is client
        assert get_organisation("o") is organisation
    with override_settings(INTEGRY={**KEYS, "APP_KEY": "other", "ORGANISATION_TOKEN": "token"}):
        assert get_client().app_key == "other"
        assert get_organisation("o") is not organisation
    assert get_client() is not client


def test_the_factory_makes_the_clients(site):
    """CLIENT gets None for the client of the process, and the request for the client of a request."""
    given = []

    def make(request):
        given.append(request)
        return site.client

    site.set(CLIENT=make)
    request = request_of(user(7))
    assert get_client() is get_client()
    assert client_for(request).settings.user_id == "7"
    assert given == [None, request]


def test_the_factory_must_return_a_client(integry_settings):
    """A CLIENT that returns something else is reported."""
    integry_settings(CLIENT=lambda _: None)
    with pytest.raises(ImproperlyConfigured, match="must return an Integry client, got NoneType"):
        get_client()


def find_user(request):
    """Return the id of a user, for the setting USER_ID."""
    return f"acme-{request.user.pk}"


@pytest.mark.parametrize("path", [find_user, "tests.django.test_clients.find_user"])
def test_the_project_can_choose_the_ids(site, path):
    """USER_ID is a function, or its dotted path, which returns the id of the user of a request."""
    site.set(CLIENT=lambda _: site.client, USER_ID=path)
    assert client_for(request_of(user(7))).settings.user_id == "acme-7"


@pytest.mark.parametrize("key", ["USER_ID", "CLIENT"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("nowhere.find", "cannot be imported: No module named 'nowhere'"),
        ("tests.django.site.nothing", "cannot be imported"),
        ("tests.django.test_clients.KEYS", "must be the dotted path of a function, got dict"),
        (5, "must be the dotted path of a function, got int"),
    ],
)
def test_a_wrong_path_is_refused(integry_settings, key, value, reason):
    """A path that cannot be imported, or is not the path of a function, raises ImproperlyConfigured."""
    integry_settings(**KEYS, **{key: value})
    with pytest.raises(ImproperlyConfigured, match=rf"INTEGRY\['{key}'\] {reason}"):
        client_for(request_of())


@pytest.mark.parametrize(
    "visitor", [None, User(username="not saved")], ids=["an anonymous visitor", "a user without id"]
)
def test_calls_need_a_user(site, monkeypatch, visitor):
    """Calls without a user raise ConfigurationError, and the user of the environment does not replace the user."""
    monkeypatch.setenv("INTEGRY_USER_ID", "1")
    site.set(CLIENT=lambda _: Integry(*KEYS.values(), base_url="http://127.0.0.1:1"))
    for client in (client_for(request_of(visitor)), async_to_sync(aclient_for)(request_of(visitor)), get_client()):
        with pytest.raises(ConfigurationError, match="has no user"):
            client.functions.call(*HELLO)
    site.set(**KEYS)
    assert get_client().settings.user_id is None
    assert client_for(RequestFactory().get("/")).settings.user_id is None


@pytest.mark.parametrize("user_id", ["Zoë", "a\nb", " a", ""])
def test_an_id_that_no_header_carries_is_refused(site, user_id):
    """An id that cannot be sent in a header raises InvalidRequest."""
    site.set(CLIENT=lambda _: site.client, USER_ID=lambda _: user_id)
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        client_for(request_of())


def test_organisations_have_clients(integry_settings):
    """A process has one client for each organisation, with the keys of INTEGRY, and keeps a limited number."""
    integry_settings(ORGANISATION_TOKEN="token", ORGANISATION_BASE_URL="https://org.example.com", DEADLINE=7)
    number = UUID("0192202e-5d3d-7a2f-8c4b-2f6a1e0b9d71")
    client = get_organisation(number)
    assert get_organisation(str(number)) is client
    assert (client.organisation_id, client.settings.base_url) == (str(number), "https://org.example.com")
    assert (client.settings.timeout, client.settings.deadline) == ((3.0, 10.0), 7)
    for other in range(_clients.MAX_ORGANISATIONS):
        get_organisation(other)
    assert len(_clients._organisations) <= _clients.MAX_ORGANISATIONS
    with pytest.raises(InvalidRequest, match="organisation_id must not be empty"):
        get_organisation("")
    integry_settings()
    with pytest.raises(ConfigurationError, match="token= "):
        get_organisation(number)


def in_event_loop(function):
    """Call a function in a thread that runs an event loop."""

    async def run():
        return function()

    return async_to_sync(run)()


def test_event_loops_are_not_blocked(site):
    """In an event loop all clients raise SynchronousOnlyOperation, which names sync_to_async, and send nothing."""
    site.set(CLIENT=lambda _: site.client, ORGANISATION_TOKEN="token", ORGANISATION_BASE_URL="http://127.0.0.1:1")
    client = client_for(request_of(user(7)))
    for call in (
        client.apps.list,
        lambda: client.with_options(max_retries=0).functions.call(*HELLO),
        lambda: get_client().for_user("7").functions.get("slack-post-message"),
        get_organisation("o").integrations.list,
    ):
        with pytest.raises(SynchronousOnlyOperation, match="was not sent. Use sync_to_async: await sync_to_async"):
            in_event_loop(call)
    assert site.sent == []
    client.apps.list()
    assert len(site.sent) == 1


def test_threads_of_event_loops_may_call(site):
    """With sync_to_async, the calls of an async view run."""

    async def view():
        client = await aclient_for(request_of(user(7)))
        site.sandbox.connect("slack", user_id=7)
        return await sync_to_async(client.functions.call)(*HELLO)

    assert async_to_sync(view)().ok
    assert [call.user_id for call in site.sandbox.calls] == ["7"]


def test_async_clients_use_the_async_user(site):
    """The client of an async view does not load the user in the event loop."""

    class AsyncRequest:
        async def auser(self):
            return user(8)

    assert site
    assert async_to_sync(aclient_for)(AsyncRequest()).settings.user_id == "8"
    assert async_to_sync(aclient_for)(request_of(user(7))).settings.user_id == "7"


def test_functions_of_the_settings_may_be_async(site):
    """For async views, USER_ID and CLIENT may be async. Other functions run in a thread, where they may use Django."""

    async def make(_):
        return site.client

    async def find(_):
        return "9"

    def find_in_thread(_):
        in_thread.append(threading.current_thread() is not threading.main_thread())
        return "9"

    in_thread = []
    for find_user_id in (find, find_in_thread):
        site.set(CLIENT=make, USER_ID=find_user_id)
        assert async_to_sync(aclient_for)(request_of()).settings.user_id == "9"
    assert len(in_thread) == 1
    site.set(**KEYS)
    assert async_to_sync(aclient_for)(request_of()) is not get_client()
