"""The page where a user connects an app: allow, cancel, and the way back to the page that sent the user."""

from urllib.parse import quote, urlsplit

import pytest

from integry import ConfigurationError
from integry.sandbox import Sandbox
from integry.sandbox._consent import origin_of

SITE = "http://127.0.0.1:8000"
CANCEL = {"answer": "cancel"}


@pytest.fixture
def returning():
    """A sandbox whose consent page may lead back to one site."""
    sandbox = Sandbox(allow_return=f"{SITE}/somewhere")
    yield sandbox
    sandbox.close()


def link(sandbox, back=None):
    """Return the link to connect Slack, for user 7."""
    url = sandbox.client(7).apps.connect_url("slack")
    return url if back is None else f"{url}&next={quote(back, safe='', errors='surrogatepass')}"


def test_the_page_names_the_app_the_user_and_what_is_asked(sandbox):
    """It has a button to allow and one to cancel, and connects nothing by itself."""
    text = sandbox.session().get(link(sandbox)).text
    assert "<h1>Connect Slack</h1>" in text
    assert "Let the sandbox use a Slack account of the user <b>7</b>?" in text
    assert "<li>Post a message in a channel</li>" in text
    assert text.count("<button") == 2
    assert not sandbox.client(7).apps.is_connected("slack")


@pytest.mark.parametrize("data", [None, {"answer": "allow"}])
def test_allowing_connects_an_account(sandbox, data):
    """It is an account of the user of the link; scripts need no form."""
    text = sandbox.session().post(link(sandbox), data=data).text
    (account,) = sandbox.client(7).apps.connected_accounts("slack")
    assert f"Account {account.id} is connected. You can close this page." in text
    assert not sandbox.client().apps.is_connected("slack")


def test_cancelling_connects_nothing(sandbox):
    """The page says so."""
    text = sandbox.session().post(link(sandbox), data=CANCEL).text
    assert "Slack is not connected" in text
    assert not sandbox.client(7).apps.is_connected("slack")


@pytest.mark.parametrize(
    "change", [("user_id=7", "user_id=8"), ("slack", "hubspot"), ("signature=", "x="), ("slack", "no")]
)
def test_links_that_were_not_made_here(sandbox, change):
    """They connect nothing."""
    url = link(sandbox).replace(*change)
    for method in ("GET", "POST"):
        assert sandbox.session().request(method, url).status_code == 403


def test_a_page_of_another_site_cannot_connect(sandbox):
    """Whoever knows the app secret can make links, so the origin of the form decides."""
    for origin in ("https://evil.example", "null"):
        assert sandbox.session().post(link(sandbox), headers={"Origin": origin}).status_code == 403
    assert not sandbox.client(7).apps.is_connected("slack")
    assert sandbox.session().post(link(sandbox), headers={"Origin": sandbox.url}).ok
    assert sandbox.session().put(link(sandbox)).status_code == 405


# The way back


@pytest.mark.parametrize("data", [None, CANCEL])
def test_the_page_leads_back_to_an_allowed_site(returning, data):
    """After allowing, and after cancelling. A browser lets the form be redirected there."""
    back = f"{SITE}/done?state=a%20b&x=1#top"
    response = returning.session().get(link(returning, back))
    assert f"form-action 'self' {SITE};" in response.headers["Content-Security-Policy"]
    done = returning.session().post(link(returning, back), data=data, allow_redirects=False)
    assert (done.status_code, done.headers["Location"]) == (303, back)
    assert returning.client(7).apps.is_connected("slack") is (data is None)


def test_the_page_leads_nowhere_by_default(sandbox):
    """The parameter is ignored, and the page says so."""
    done = sandbox.session().post(link(sandbox, SITE), allow_redirects=False)
    assert done.status_code == 200
    assert "The sandbox ignored next=: start it with --allow-return." in done.text


def test_the_page_leads_nowhere_without_the_parameter(returning):
    """It stays, and says that the app is connected."""
    assert "is connected" in returning.session().post(link(returning)).text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "back",
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
def test_no_other_page_is_led_to(returning, method, back):
    """Other origins, what readers of URLs read differently, and what is no URL: refused, and nothing is connected."""
    response = returning.session().request(method, link(returning, back), allow_redirects=False)
    if back:
        assert response.status_code == 403
        assert response.json()["detail"].startswith("The parameter next is not on an allowed origin")
        assert not returning.client(7).apps.is_connected("slack")
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
def test_the_origin_of_a_url(url, origin):
    """It has scheme, host and port, written in one way."""
    assert origin_of(url) == origin


@pytest.mark.parametrize("urls", ["example.com", "*", ["http://127.0.0.1", "//x"], [""]])
def test_what_is_allowed_must_have_an_origin(urls):
    """Anything else is refused when the sandbox is made."""
    with pytest.raises(
        ConfigurationError, match="allow_return must be an absolute URL such as http://127.0.0.1:8000, got"
    ):
        Sandbox(allow_return=urls)


def test_several_sites_may_be_allowed():
    """The page leads to each of them."""
    sandbox = Sandbox(allow_return=[SITE, "https://app.example"])
    for back in (f"{SITE}/x", "https://app.example:443/y"):
        done = sandbox.session().post(link(sandbox, back), allow_redirects=False)
        assert urlsplit(done.headers["Location"]).path == urlsplit(back).path
    sandbox.close()
