"""The consent page, where a user connects an app: allow, cancel, and the redirect back to the site."""

from urllib.parse import quote, urlsplit

import pytest

from integry import ConfigurationError
from integry.sandbox import Sandbox
from integry.sandbox._consent import origin_of

SITE = "http://127.0.0.1:8000"
CANCEL = {"answer": "cancel"}


@pytest.fixture
def redirecting():
    """Return a sandbox whose consent page may redirect to one site."""
    sandbox = Sandbox(allow_return=f"{SITE}/somewhere")
    yield sandbox
    sandbox.close()


def connect_link(sandbox, next_url=None):
    """Return the URL of the consent page for Slack and user 7."""
    url = sandbox.client(7).apps.connect_url("slack")
    return url if next_url is None else f"{url}&next={quote(next_url, safe='', errors='surrogatepass')}"


def test_the_page_names_the_app_the_user_and_the_functions(sandbox):
    """The consent page names app, user and functions, and has buttons to allow and to cancel.

    Opening the page connects nothing.
    """
    text = sandbox.session().get(connect_link(sandbox)).text
    assert "<h1>Connect Slack</h1>" in text
    assert "Let the sandbox use a Slack account of the user <b>7</b>?" in text
    assert "<li>Post a message in a channel</li>" in text
    assert text.count("<button") == 2
    assert not sandbox.client(7).apps.is_connected("slack")


@pytest.mark.parametrize("data", [None, {"answer": "allow"}])
def test_allowing_connects_an_account(sandbox, data):
    """The button to allow connects an account of the user in the link. A script may send a POST without a form."""
    text = sandbox.session().post(connect_link(sandbox), data=data).text
    (account,) = sandbox.client(7).apps.connected_accounts("slack")
    assert f"Account {account.id} is connected. You can close this page." in text
    assert not sandbox.client().apps.is_connected("slack")


def test_cancelling_connects_nothing(sandbox):
    """After a click on the button to cancel, the page says that the app is not connected."""
    text = sandbox.session().post(connect_link(sandbox), data=CANCEL).text
    assert "Slack is not connected" in text
    assert not sandbox.client(7).apps.is_connected("slack")


@pytest.mark.parametrize(
    "change", [("user_id=7", "user_id=8"), ("slack", "hubspot"), ("signature=", "x="), ("slack", "no")]
)
def test_forged_links_are_refused(sandbox, change):
    """A link whose user, app or signature was changed gets 403 and connects nothing."""
    url = connect_link(sandbox).replace(*change)
    for method in ("GET", "POST"):
        assert sandbox.session().request(method, url).status_code == 403


def test_a_form_from_another_origin_is_refused(sandbox):
    """A form with another Origin header is refused, because anyone with the app secret can make valid links."""
    for origin in ("https://evil.example", "null"):
        assert sandbox.session().post(connect_link(sandbox), headers={"Origin": origin}).status_code == 403
    assert not sandbox.client(7).apps.is_connected("slack")
    assert sandbox.session().post(connect_link(sandbox), headers={"Origin": sandbox.url}).ok
    assert sandbox.session().put(connect_link(sandbox)).status_code == 405


# Redirects after consent


@pytest.mark.parametrize("data", [None, CANCEL])
def test_the_page_redirects_to_an_allowed_site(redirecting, data):
    """The consent page redirects to an allowed site after allowing and after cancelling, as its CSP permits."""
    next_url = f"{SITE}/done?state=a%20b&x=1#top"
    response = redirecting.session().get(connect_link(redirecting, next_url))
    assert f"form-action 'self' {SITE};" in response.headers["Content-Security-Policy"]
    result = redirecting.session().post(connect_link(redirecting, next_url), data=data, allow_redirects=False)
    assert (result.status_code, result.headers["Location"]) == (303, next_url)
    assert redirecting.client(7).apps.is_connected("slack") is (data is None)


def test_the_page_does_not_redirect_by_default(sandbox):
    """The consent page ignores the parameter `next` by default, and says so."""
    result = sandbox.session().post(connect_link(sandbox, SITE), allow_redirects=False)
    assert result.status_code == 200
    assert "The sandbox ignored next=: start it with --allow-return." in result.text


def test_the_page_does_not_redirect_without_the_parameter(redirecting):
    """Without the parameter `next`, the consent page does not redirect, and says that the app is connected."""
    assert "is connected" in redirecting.session().post(connect_link(redirecting)).text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "next_url",
    [
        *("https://evil.example", "https://127.0.0.1:8000", "http://127.0.0.1", "http://127.0.0.1:80000"),
        *(
            "http://127.0.0.1:8001/",
            "http://localhost:8000/",
            "http://127.0.0.1:8000.evil.example/",
            "http://127.0.0.1:",
        ),
        *("//127.0.0.1:8000/", "//evil.example", "/\\evil.example", "/done", "done", "", " ", "?x", "#x"),
        *("http://127.0.0.1:8000@evil.example/", "http://u:p@127.0.0.1:8000/", "http://@127.0.0.1:8000/"),
        *("http://127.0.0.1:8000\\@evil.example/", "http:\\\\127.0.0.1:8000/", "http:/127.0.0.1:8000/"),
        *(
            "http:127.0.0.1:8000",
            "http:///127.0.0.1:8000/",
            "http://127.0.0.1:8000%2eevil.example/",
            "http%3A//127.0.0.1:8000",
        ),
        *("http://127.0.0.1:8000%40evil.example/", "http://127%2e0.0.1:8000/", "http://127.0.0.1%3A8000/"),
        *(
            " http://127.0.0.1:8000/",
            "http://127.0.0.1:8000/ ",
            "http://127.0.0.1:8000/\r\nX: y",
            "http://127.0.0.1:8000\t/",
        ),
        *(
            "\thttp://127.0.0.1:8000/",
            "http://127.0.0.1:8000/\0",
            "http://127.0.0.1:8000/\u00e9",
            "http://\uff11\uff12\uff17.0.0.1:8000/",
        ),
        *(
            "javascript:alert(1)",
            "javascript://127.0.0.1:8000/%0aalert(1)",
            "data:text/html,x",
            "ftp://127.0.0.1:8000/",
        ),
        *(
            'http://127.0.0.1:8000/"<script>',
            "http://[::1]:8000/",
            "http://127.0.0.1:8000:8000/",
            "http://127.0.0.1:8000;x/",
        ),
        *("http://127.0.0.1:8000,http://evil.example", "http://0177.0.0.1:8000/", "http://2130706433:8000/"),
    ],
)
def test_open_redirects_are_refused(redirecting, method, next_url):
    """`next` is refused if it is invalid or ambiguous, or has another origin, and nothing is connected."""
    response = redirecting.session().request(method, connect_link(redirecting, next_url), allow_redirects=False)
    if next_url:
        assert response.status_code == 403
        assert response.json()["detail"].startswith("The parameter next is not on an allowed origin")
        assert not redirecting.client(7).apps.is_connected("slack")
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://Example.COM", "http://example.com:80"),
        ("HTTPS://example.com/x", "https://example.com:443"),
        ("https://example.com:443?x", "https://example.com:443"),
        ("http://[::1]:8000#x", "http://[::1]:8000"),
        ("http://example.com:080/", "http://example.com:80"),
        ("example.com", ""),
        ("http://", ""),
        ("http://a b", ""),
    ],
)
def test_origins_are_normalised(url, origin):
    """An origin has a lower-case scheme and host and an explicit port. Invalid URLs have none."""
    assert origin_of(url) == origin


@pytest.mark.parametrize("urls", ["example.com", "*", ["http://127.0.0.1", "//x"], [""]])
def test_allow_return_without_an_origin_is_refused(urls):
    """The constructor raises ConfigurationError for an allow_return= URL that has no origin."""
    with pytest.raises(
        ConfigurationError, match="allow_return must be an absolute URL such as http://127.0.0.1:8000, got"
    ):
        Sandbox(allow_return=urls)


def test_several_sites_may_be_allowed():
    """The consent page redirects to each of several allowed sites."""
    sandbox = Sandbox(allow_return=[SITE, "https://app.example"])
    for next_url in (f"{SITE}/x", "https://app.example:443/y"):
        result = sandbox.session().post(connect_link(sandbox, next_url), allow_redirects=False)
        assert urlsplit(result.headers["Location"]).path == urlsplit(next_url).path
    sandbox.close()
