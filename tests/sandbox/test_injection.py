"""SQL and HTML injection in every field: values are stored and returned unchanged, and pages show them as text."""

import json
import re
import sqlite3
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integry import sign
from integry.sandbox import Sandbox
from tests.spec_document import OPERATIONS, resolve

from .hostile import USER, Skeleton, count_request, dump_database, request, send_raw, signed

SQL = [
    "'; DROP TABLE records; --",
    "' OR '1'='1",
    '" OR 1=1; --',
    "x' UNION SELECT id, scope, key, value FROM records WHERE kind = 'credentials' --",
    "1); ATTACH DATABASE 'stolen.db' AS stolen; --",
    "%_?1:kind@scope$key",
    "\0'; DELETE FROM records",
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    '" autofocus onfocus="alert(1)',
    "</pre></td></tr></table></body><iframe src=//evil.example>",
    "</title></style><style>*{background:url(//evil.example)}",
    "javascript:alert(1)",
    "<!-- <![CDATA[ <?php",
    "&lt;script&gt;&#60;b&#62;&quot;><b>",
    "{title}{body}{0.__class__}%s%(x)s${x}",
    "\u2028\u202e\ufeff<b\u00a0onclick=x>",
    "\r\nX-Injected: yes\r\n\r\n<html><script>alert(1)</script>",
    "\ud800<b>\udfff",
    "{first_name}<{last_name}>",
]
PAYLOADS = SQL + MARKUP
#: The payloads as parameters of a test: one of each kind for the quick tests.
PARAMETERS = [
    pytest.param(text, id=str(index), marks=() if text in (SQL[0], MARKUP[0]) else pytest.mark.slow)
    for index, text in enumerate(PAYLOADS)
]
#: Elements that the journal page may contain. "comment" is the doctype.
ELEMENTS = {
    *(
        "comment",
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "header",
        "nav",
        "a",
        "span",
        "main",
        "h1",
        "h3",
        "form",
    ),
    *("label", "select", "option", "button", "p", "ul", "li", "details", "summary", "time", "code", "div", "pre"),
}
#: Methods in the order in which their operations run: creation first, deletion last.
ORDER = ("post", "get", "put", "patch", "delete")
WITH_URL = {"json_url": "https://x.example/" + MARKUP[0]}
ORGANISATION = "11111111-1111-4111-8111-111111111111"


def example_of(schema, text):
    """Return a value that fits a schema, with the text in every string and in additional properties."""
    schema = resolve(schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in schema:
            return example_of(schema[keyword][0], text)
    kind = schema.get("type", "object" if "properties" in schema else None)
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        found = {name: example_of(part, text) for name, part in schema.get("properties", {}).items()}
        return {**found, text: [text, {text: text}]} if schema.get("additionalProperties", True) else found
    if kind == "array":
        return [example_of(schema.get("items", {}), text)]
    return {"integer": 1, "number": 1, "boolean": True, "null": None}.get(kind, text)


class Target:
    """A sandbox with a file, whose app, function and accounts have the payload in every field."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.sandbox = Sandbox(db=str(path))
        self.sandbox.add_app("acme", text)
        self.sandbox.add_function(
            "acme-f", lambda called: {text: called.arguments}, app="acme", parameters={}, description=text
        )
        self.succeeded = set()
        self.user = text.encode(errors="replace").decode()
        for user in (USER, self.user):
            for app in ("acme", "slack"):
                self.sandbox.application.integry.connect(user, app, text)
        self.ids = {"organisation_id": ORGANISATION, "channel_id": text.replace("/", "|")}
        self.before = self.tables()

    def send(self, method, path, query=(), **options):
        """Send a request with all credentials, and assert that it does not fail or return a secret."""
        count_request()
        credentials = {
            "app_key": self.sandbox.app_key,
            "user_id": self.user,
            "hash": sign(self.sandbox.app_secret, self.user),
        }
        query = urlencode({**credentials, **dict(query)}, errors="replace")
        headers = {"Authorization": f"Bearer {self.sandbox.organisation_token}", **options.pop("headers", {})}
        response = self.sandbox.session().request(
            method.upper(), f"{self.sandbox.url}{path}?{query}", headers=headers, **options
        )
        assert response.status_code < 500, (method, path, response.text)
        assert self.sandbox.app_secret not in response.text
        assert self.sandbox.organisation_token not in response.text
        return response

    def operation(self, name, *, ids=(), query=(), body=None):
        """Send the request of an operation in the document."""
        operation = OPERATIONS[name]
        server = "/api/v1" if "organisation_id" in operation.path else ""
        known = {
            each: quote(str(value), safe="", errors="replace") for each, value in {**self.ids, **dict(ids)}.items()
        }
        response = self.send(operation.method, server + operation.path.format(**known), query, json=body)
        if response.ok:
            self.succeeded.add(name)
            found = response.json().get("data") if response.content else None
            for field, value in (found if body and isinstance(found, dict) else {}).items():
                assert body.get(field, value) == value, "the value is returned as it was sent"
        return response

    def tables(self):
        """Return the names and definitions of all tables."""
        with sqlite3.connect(str(self.path)) as connection:
            found = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        connection.close()
        return found

    def close(self):
        """Assert that the tables are unchanged, and close the sandbox."""
        assert self.tables() == self.before
        assert dump_database(self.path)
        self.sandbox.close()


def parameters(name):
    """Return the parameters of an operation as (name, location)."""
    operation = OPERATIONS[name]
    listed = [resolve(each) for each in (*operation.item.get("parameters", []), *operation.data.get("parameters", []))]
    return [(each["name"], each["in"]) for each in listed]


def run_all_operations(target):
    """Run every operation with the payload in each field in turn."""
    text = target.text
    integration = target.operation("create_integration", body={"name": text, "json_url": text}).json()["data"]
    assert (integration["name"], integration["json_url"]) == (text, text)
    target.operation("create_custom_integration", body={"json_url": f"https://x.example/{text}"})
    (custom,) = target.operation("list_custom_integrations").json()["data"]
    for name in sorted(
        OPERATIONS, key=lambda name: (ORDER.index(OPERATIONS[name].method), -len(OPERATIONS[name].path))
    ):
        ids = {
            "integration_id": custom["id"] if "custom" in name else integration["id"],
            "app_name": "acme",
            "function_name": "acme-f",
            "connected_account_id": target.sandbox.application.integry.accounts(target.user, "slack")[0].id,
        }
        if "setting_id" in OPERATIONS[name].path:
            ids["setting_id"] = target.operation("list_channel_settings", ids=ids).json()["data"][-1]["id"]
        schema = resolve(OPERATIONS[name].data.get("requestBody", {})).get("content", {}).get("application/json", {})
        body = example_of(schema["schema"], text) if schema else None
        for each, place in parameters(name):
            if place == "path":
                target.operation(name, ids={**ids, each: text}, body=body)
            else:
                target.operation(name, ids=ids, query={each: text}, body=body)
        for override in ({}, {"_cursor": None}, {"_variables": None}, {"_cursor": None, "_variables": None}, WITH_URL):
            sent = None if body is None else {**body, **{field: override[field] for field in override if field in body}}
            target.operation(name, ids=ids, body=sent)


def pages(target):
    """Return all console and consent pages, parsed, with the payload in everything that they show."""
    sandbox, text = target.sandbox, target.text
    integration = target.operation("create_integration", body={"name": text, "json_url": text}).json()["data"]
    ids = {"integration_id": integration["id"]}
    target.operation("add_channel_setting", ids=ids, body={"form_field_label": text, "form_field_value": text})
    for name in ("acme-f", "slack-post-message"):
        body = {"channel": text, "text": text, text: text, "_variables": {"first_name": text, "last_name": text}}
        assert target.operation("call_function", ids={"function_name": name}, body=body).status_code == 200
    consent = {"user_id": target.user, "signature": sandbox.application.integry.login_signature(target.user, "acme")}
    found = [
        target.send(
            "GET", "/", headers={name: header_value(text) for name in ("Referer", "User-Agent", "X-Forwarded-Host")}
        )
    ]
    found += [target.send(method, "/connect/acme", consent) for method in ("GET", "POST")]
    function = {"function_name": "acme-f"}
    target.operation("call_function", ids=function, body={"_variables": text}, query={"connected_account_id": text})
    found += [target.send("GET", f"/console/{name}") for name in ("functions", "functions/acme-f", "organisations")]
    found.append(target.send("GET", "/console/apps", {"user_id": text}))
    found.append(target.send("GET", "/", {"user": target.user, "function": "acme-f", "kind": text}))
    target.sandbox.fail(path=text, delay=1)
    found.append(target.send("GET", "/console/faults"))
    target.sandbox.application.faults.clear()
    found.append(submitted_form(target))
    found.append(target.send("GET", "/"))
    for response in found:
        assert "'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return [Skeleton(response.text) for response in found]


def submitted_form(target):
    """Submit the form of a function with the payload in every field, and return the page."""
    text = target.text
    token = re.search(r'name="form_token" value="([^"]+)"', target.send("GET", "/console/functions/acme-f").text)
    fields = {"user_id": target.user, "account": text, "argument:a": text, f"argument:{text}": text, "more": text}
    form = urlencode({**fields, "form_token": token.group(1)}, errors="replace")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return target.send("POST", "/console/functions/acme-f", data=form, headers=kind)


def header_value(text):
    """Return the text as bytes that are valid in a header."""
    return "".join(each for each in text if each.isprintable() and ord(each) < 256).strip().encode("latin-1")


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    """Return the same pages with a harmless word as payload."""
    target = Target(tmp_path_factory.mktemp("harmless") / "state.db", "word")
    found = pages(target)
    target.close()
    return found


@pytest.mark.parametrize("text", PARAMETERS)
def test_every_operation_stores_any_text(tmp_path, text):
    """No operation of the document fails, returns a secret, or damages the tables."""
    target = Target(tmp_path / "state.db", text)
    run_all_operations(target)
    assert target.succeeded == set(OPERATIONS), "every operation succeeded at least once"
    target.close()
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"], "no other database was attached"


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_payload_does_not_change_the_markup(tmp_path, harmless, text):
    """Elements, attributes and links of pages do not depend on the payload, which is shown as text."""
    target = Target(tmp_path / "state.db", text)
    found = pages(target)
    target.close()
    for page, plain in zip(found, harmless):
        assert page.parts == plain.parts
        assert all(re.match(r"https://sandbox\.invalid/connect/|/(?!/)", value) for value in page.links)
    shown = text.encode(errors="backslashreplace").decode()
    for page in found[:2]:
        assert any(" ".join(shown.split()) in " ".join(each.split()) for each in page.texts), "the payload is shown"


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_values_are_returned_unchanged(tmp_path, text):
    """The API returns every value unchanged, also after a restart with the same file."""
    path = str(tmp_path / "state.db")
    sandbox = Sandbox(db=path)
    org = sandbox.organisation(ORGANISATION)
    integration = org.integrations.create(text, text, text, text)
    org.integrations.settings(integration.id).add(text, text)
    org.custom_integrations.create("https://x.example")
    custom = org.custom_integrations.list()[0].id
    org.custom_integrations.settings(custom).update({"field_name": text, "value": text})
    sandbox.add_function("pipedrive-add-a-person", lambda called: called.arguments)
    arguments = {"name": text, "emails": [{"value": text}], text: {text: [text]}}
    user = sandbox.client()
    assert user.functions.call("pipedrive-add-a-person", {**arguments, "name": "{whole}"}, variables={"whole": text}).ok
    sandbox.close()
    sandbox = Sandbox(db=path)
    org = sandbox.organisation(ORGANISATION)
    assert org.integrations.update(integration.id, name=text).integration_type == text
    assert [(each.display_name, each.json_url) for each in org.integrations.list()] == [(text, text)]
    (setting,) = org.integrations.settings(integration.id).list()
    assert (setting.form_field_label, setting.form_field_value) == (text, text)
    assert [(each.field_name, each.value) for each in org.custom_integrations.settings(custom).get()] == [(text, text)]
    assert [call.arguments for call in sandbox.calls] == [arguments]
    sandbox.close()


@given(st.text(st.characters(), min_size=1), st.text(min_size=1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_text_is_returned_unchanged(text, user):
    """A call with any text is stored for the user who made the call, and the console shows the text."""
    sandbox = Sandbox()
    user = user.encode(errors="replace").decode()
    query = urlencode({"app_key": sandbox.app_key, "user_id": user, "hash": sign(sandbox.app_secret, user)})
    sandbox.application.integry.connect(user, "slack")
    sandbox.add_function("slack-echo", None, app="slack")
    url = f"{sandbox.url}/functions/slack-echo/call/?{query}"
    count_request()
    # The text is not used as the name of an argument, because the names `_variables` and `_cursor` have a meaning.
    given = {"a": text, "b": {text: "c"}}
    response = sandbox.session().post(url, data=json.dumps(given))
    assert response.json()["output"] == given
    assert [call.user_id for call in sandbox.calls] == [user]
    page = sandbox.session().get(f"{sandbox.url}/", params={"user": user})
    assert page.status_code == 200
    assert Skeleton(page.text).parts.count("/pre") == 2
    sandbox.close()


@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_request_heads_are_not_reflected(live, text):
    """The request target, the method and headers do not add markup to pages or headers to responses."""
    encoded, header = quote(text, safe="", errors="replace"), header_value(text).decode("latin-1").replace(" ", "")
    plain = Skeleton(
        send_raw(live.url, request("GET /console/apps?user_id=x", [])).text.decode().partition("\r\n\r\n")[2]
    )
    for line in (
        *(
            f"GET /console/apps?user_id={encoded}",
            f"GET /{encoded}",
            f"GET /connect/{encoded}?user_id={encoded}&signature=x",
        ),
        *(
            f"POST /functions/{encoded}/call/?{encoded}={encoded}",
            f"{header} /",
            f"{header} /apps/list/",
            f"GET /{header}",
        ),
        *(f"GET {header}", f"OPTIONS /{encoded}", f"HEAD /?user={encoded}"),
    ):
        for headers in (
            [],
            [
                ("Referer", header),
                ("User-Agent", header),
                ("Cookie", header),
                ("X-Forwarded-Host", header),
            ],
        ):
            raw_response = send_raw(live.url, request(line, headers))
            head, _, body = raw_response.text.decode().partition("\r\n\r\n")
            assert raw_response.status in (200, 204, 400, 403, 404, 405), raw_response
            assert "\nX-Injected" not in head
            if "text/html" in head and body:
                page = Skeleton(body)
                assert raw_response.status == 400 or page.parts == plain.parts
                assert not {"script", "img", "iframe"} & {each[0] for each in page.parts}
    for host in (
        header,
        f"127.0.0.1/{header}",
        f"127.0.0.1:80{header}",
        f"{header}@127.0.0.1",
        f"localhost?{header}",
        f"[::1]#{header}",
    ):
        raw = f"GET /console/apps?user_id=x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1")
        raw_response = send_raw(live.url, raw)
        assert raw_response.status in (200, 400, 403), raw_response
        if raw_response.status == 200:
            page = Skeleton(raw_response.text.decode().partition("\r\n\r\n")[2])
            assert page.parts == plain.parts
            assert all(re.match(r"http://|/(?!/)", value) for value in page.links)
    assert live.calls == []
    journal = Skeleton(send_raw(live.url, request("GET /", [])).text.decode().partition("\r\n\r\n")[2])
    assert {part[0] for part in journal.parts if isinstance(part, tuple)} <= ELEMENTS


def test_the_request_target_cannot_set_the_host(live):
    """The request target cannot set the host, so a foreign name does not open the pages (DNS rebinding)."""
    for target in ("@evil.example/", ".evil.example/", "http://evil.example/", "//evil.example/", "*", "x", ":80/"):
        raw = f"GET {target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode()
        assert send_raw(live.url, raw).status in (400, 403, 404)


def test_forged_cursors_are_refused(live):
    """A cursor with any other content than a position gets 400."""
    for text in (*PAYLOADS, "bycgT1IgMT0x", "by0x", "b1w=", "b/8=", "=" * 99, "b" * 10_000):
        body = json.dumps({"_cursor": text}).encode()
        assert send_raw(live.url, request("POST /apps/list/", signed(live), body)).status == 400
