"""The Integry API as documented: apps, accounts, functions, calls, predictions, pages."""

import threading

import pytest

import integry
from integry import AppNotConnected, FunctionCallError, InvalidArguments, NotFound, sign
from integry import sandbox as sandbox_package
from integry.sandbox import Result

NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
SUMMARY = "Could not call the function due to invalid input. Please see `error_details` for further information."
REQUIRED = "This parameter is required and must not be null or empty"


@pytest.fixture
def client(sandbox):
    """Return a client for the user in the documentation."""
    return sandbox.client()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/apps/list/", 400),
        ("/apps/slack/get/", 400),
        ("/functions/list/", 403),
        ("/functions/predict/", 403),
        ("/functions/slack-post-message/get/", 403),
        ("/functions/slack-post-message/call/", 403),
    ],
)
@pytest.mark.parametrize("left_out", ["App-Key", "User-ID", "Hash"])
def test_missing_credentials_are_refused(send_signed, path, status, left_out):
    """Missing credentials get 400 from apps and 403 from functions, as documented."""
    assert send_signed("POST", path, headers={left_out: None}) == (status, NO_CREDENTIALS)


@pytest.mark.parametrize("wrong", [{"Hash": "0" * 64}, {"App-Key": "x"}, {"User-ID": "7"}, {"Hash": "\u00e9"}])
def test_wrong_credentials_are_refused(send_signed, wrong):
    """The sandbox responds to wrong credentials with 401, a case that the documentation does not cover."""
    encoded = {name: value.encode("latin-1") for name, value in wrong.items()}
    assert send_signed("POST", "/apps/list/", headers=encoded) == (
        401,
        {"detail": "Incorrect authentication credentials."},
    )


def test_credentials_may_use_the_names_of_other_sdks(sandbox):
    """Credentials are accepted in the query, as the browser SDK sends them, and in the headers of the Node SDK."""
    given = {"app_key": sandbox.app_key, "user_id": "7", "hash": sign(sandbox.app_secret, "7")}
    for place in ("params", "headers"):
        response = sandbox.session().post(f"{sandbox.url}/apps/slack/get/", **{place: given})
        assert response.json()["name"] == "slack"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/apps/nope/get/", {"detail": "App not found"}),
        ("/functions/nope/get/", {"detail": "Function not found"}),
        ("/functions/nope/call/", {"detail": "Function not found"}),
        ("/nope", {"detail": "Not found."}),
    ],
)
def test_unknown_resources_are_not_found(send_signed, path, body):
    """Unknown resources get 404 with exactly the documented bodies."""
    assert send_signed("POST", path) == (404, body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        *((b"{", 400), (b"[]", 400), (b'"x"', 400), (b"[" * 100000, 400), (b"\xff", 400), (b"", 200)),
        *((b'{"x": NaN}', 400), (b'{"x": -Infinity}', 400), (b'{"x": 1e999}', 400), (b'{"x": 1e99}', 200)),
        *((b'{"prompt": 5}', 400), (b'{"_variables": []}', 400), (b'{"prompt": null, "_variables": null}', 200)),
    ],
)
def test_invalid_bodies_are_refused(send_signed, body, status):
    """Bodies with invalid JSON, no object or wrong types get 400. An empty body counts as an empty object."""
    assert send_signed("POST", "/functions/slack-post-message/get/", data=body)[0] == status


def test_form_bodies_are_accepted(send_signed, sandbox):
    """Forms are accepted as bodies, as the API reference says."""
    sandbox.connect("slack")
    status, body = send_signed("POST", "/functions/slack-post-message/call/", data={"channel": "random", "text": "a b"})
    assert (status, body["output"]["message"]["text"]) == (200, "a b")


def test_form_fields_are_parsed_by_the_schema(send_signed, sandbox):
    """Form fields that the schema does not describe as strings are parsed as JSON. Multipart bodies get 415."""
    sandbox.connect("slack")
    form = {"limit": "5"}
    assert len(send_signed("POST", "/functions/pipedrive-get-all-persons/call/", data=form)[1]["output"]["data"]) == 5
    form = {"channel": "random", "text": "{n} 5", "mrkdwn": "true", "new": "7", "_variables": '{"n": 3}'}
    assert send_signed("POST", "/functions/slack-post-message/call/", data=form)[0] == 200
    assert sandbox.calls[-1].arguments == {"channel": "random", "text": "3 5", "mrkdwn": True, "new": "7"}
    status, body = send_signed("POST", "/functions/slack-post-message/call/", data={"mrkdwn": "maybe", "text": "a"})
    assert (status, body["error_details"]["mrkdwn"]) == (400, "'maybe' is not of type 'boolean'")
    assert send_signed("POST", "/apps/list/", files={"a": b"b"})[0] == 415


def test_a_string_argument_stays_a_string(client, sandbox):
    """A variable becomes text where the schema has a string, and keeps its type elsewhere."""
    sandbox.connect("slack")
    arguments, variables = {"channel": "random", "text": "{n}", "mrkdwn": "{yes}"}, {"n": 3, "yes": True}
    client.functions.call("slack-post-message", arguments, variables=variables)
    assert sandbox.calls[-1].arguments == {"channel": "random", "text": "3", "mrkdwn": True}


def test_oversized_bodies_are_refused(send_signed):
    """A body over the limit of the sandbox gets 413."""
    assert send_signed("POST", "/apps/list/", data=b" " * 10_000_001)[0] == 413


def test_apps_can_be_searched_paged_and_filtered(client, sandbox):
    """Apps can be searched, paged and filtered by connection, and accounts belong to one user."""
    assert [app.name for app in client.apps.list()] == ["4me", "accelo", "hubspot", "pipedrive", "slack"]
    assert [app.name for app in client.apps.list(search="PIPE")] == ["pipedrive"]
    assert [len(page.items) for page in client.apps.list(page_size=2).pages()] == [2, 2, 1]
    assert [app.name for app in client.apps.list(connected_only=True)] == ["pipedrive"]
    assert [app.id for app in client.apps.list(connected_only=True)] == [410]
    account = sandbox.connect("slack", user_id=7, display_name="Mine")
    assert sandbox.client(7).apps.connected_accounts("slack") == [account]
    assert account.display_name == "Mine"
    assert not client.apps.is_connected("slack")
    with pytest.raises(NotFound):
        client.apps.get("nope")


def test_invalid_page_sizes_are_ignored(send_signed):
    """An invalid page size is ignored, 0 counts as 1, and a huge size returns all apps."""
    for size, found in (("2", 2), ("9" * 5000, 5), ("0", 1), ("-1", 5), ("x", 5), ("", 5)):
        assert len(send_signed("POST", f"/apps/list/?page_size={size}", json={})[1]["apps"]) == found


def test_invalid_variables_are_refused(send_signed, sandbox):
    """Variables that are neither an object nor null get 400."""
    sandbox.connect("slack")
    arguments = {"prompt": "Send a message", "channel": "random", "text": "x"}
    for path in ("/functions/predict/", "/functions/slack-post-message/call/"):
        for variables, status in (({}, 200), (None, 200), ([], 400), ("", 400), (0, 400), (False, 400)):
            assert send_signed("POST", path, json={**arguments, "_variables": variables})[0] == status


def test_invalid_cursors_are_refused(send_signed):
    """A cursor that the sandbox did not issue gets 400, in the body and in the query."""
    for cursor in ("x", "eA==", "b3g=", "\u00e9", 5, {"a": 1}, ["a"]):
        assert send_signed("POST", "/apps/list/", json={"_cursor": cursor}) == (400, {"_cursor": "Invalid cursor."})
    assert send_signed("POST", "/apps/list/?_cursor=x", json={})[0] == 400
    assert send_signed("POST", "/apps/list/", json={"_cursor": ""})[1]["_cursor"] is None


def test_functions_can_be_filtered_and_paged(client, sandbox):
    """Functions can be filtered by app and type, ignoring case, and a page has 50 functions."""
    names = [function.name for function in client.functions.list(app="HubSpot", type="action")]
    assert names == ["hubspot-create-company", "hubspot-create-contact", "hubspot-create-deal"]
    found = client.functions.list(connected_only=True, type="PASSTHROUGH")
    assert [each.name for each in found] == ["pipedrive-passthrough-request"]
    assert [function.name for function in client.functions.list(search="message channel")] == ["slack-post-message"]
    for number in range(100):
        sandbox.add_function(f"4me-f{number}", dict, app="4me")
    assert [len(page.items) for page in client.functions.list(app="4me").pages()] == [50, 50, 1]


def test_a_function_has_the_documented_schema(client):
    """A function has the documented schema, with form fields only if `meta` is requested."""
    function = client.functions.get("slack-post-message")
    assert len(function.parameters["properties"]) == 16
    assert function.required == ["channel", "text"]
    assert function.meta is None
    function = client.functions.get("slack-post-message", include=["meta"])
    assert function.meta["app"]["name"] == "slack"
    assert function.parameters["properties"]["text"]["meta"]["ui"]["ui_field"]["type"] == "TEXTAREA"
    assert function.parameters["properties"]["mrkdwn"]["meta"]["ui"]["ui_field"]["type"] == "CHECKBOX"
    assert all(each.meta for each in client.functions.list(include="meta"))


def test_predictions_are_deterministic(client):
    """A prompt is matched by its words, so the same prompt always returns the same function."""
    prompt = "Send a message on Slack on random that contact just signed up! Include the contact's details."
    variables = {"first_name": "John", "last_name": "Doe"}
    (function,) = client.functions.predict(prompt, predict_arguments=True, variables=variables)
    assert function.name == "slack-post-message"
    assert function.arguments["channel"] == "random"
    assert function.tags() == {"first_name", "last_name"}
    assert client.functions.predict(prompt)[0].arguments == {}
    assert client.functions.predict(prompt, connected_only=True) == []
    assert client.functions.predict("What a lovely day") == []
    assert client.functions.predict("List all the people in Pipedrive")[0].name == "pipedrive-get-all-persons"


@pytest.mark.parametrize("body", [{}, {"prompt": ""}, {"prompt": "  "}, {"prompt": None}, {"prompt": 5}])
def test_invalid_prompts_are_refused(send_signed, body):
    """An invalid prompt is refused with the documented body."""
    assert send_signed("POST", "/functions/predict/", json=body) == (400, {"prompt": "Must be a non-empty string"})


def test_arguments_are_predicted_for_a_known_function(client):
    """Predicted arguments of a known function come from the prompt, or are tags of the given variables."""
    get = client.functions.get
    assert get("slack-post-message", prompt='Post "Hi there" in #dev').arguments == {
        "channel": "dev",
        "text": "Hi there",
    }
    assert get("slack-post-message", variables={"text": "x", "other": 1}).arguments == {"text": "{text}"}
    assert get("pipedrive-add-a-person", prompt="Add somebody").arguments == {}
    assert get("slack-post-message", prompt="Say it").arguments == {"text": "Say it"}
    assert get("slack-post-message").arguments == {}


def test_a_call_substitutes_tags_and_is_recorded(client, sandbox):
    """The output of a call has the substituted text, and the headers have credits and session id."""
    sandbox.connect("slack")
    result = client.functions.call(
        "slack-post-message",
        {"channel": "#random", "text": "{first_name} signed up", "blocks": ["{other}"]},
        variables={"first_name": "John"},
    )
    assert (result.ok, result.output["channel"]) == (True, "C6F3LQ03A")
    assert result.output["message"]["text"] == "John signed up"
    assert result.credits == 1
    assert len(result.session_id) == 32
    (call,) = sandbox.calls
    assert (call.function, call.user_id, call.network_code) == ("slack-post-message", "123456", 200)
    assert call.arguments == {"channel": "#random", "text": "John signed up", "blocks": ["{other}"]}
    assert call.output == result.output


@pytest.mark.parametrize(("channel", "text", "error"), [("nope", "x", "channel_not_found"), ("random", "0", None)])
def test_slack_refuses_with_status_200(client, sandbox, channel, text, error):
    """Errors of the emulated Slack API are in the output, with status 200, as in the real API."""
    sandbox.connect("slack")
    assert client.functions.call("slack-post-message", {"channel": channel, "text": text}).output.get("error") == error


def test_a_call_without_a_connected_app_is_refused(send_signed, client, sandbox):
    """A call of an unconnected app gets the documented body, and the exception has the connect URL."""
    message = (
        "User has not connected their Slack account. To connect an account, please call following SDK method: "
        "`connect('slack')`"
    )
    expected = {"error": SUMMARY, "error_details": [message]}
    assert send_signed("POST", "/functions/slack-post-message/call/", json={}) == (400, expected)
    client.apps.get("slack")
    with pytest.raises(AppNotConnected) as caught:
        client.functions.call("slack-post-message")
    assert caught.value.connect_url.startswith(f"{sandbox.url}/connect/slack?user_id=123456&signature=")
    assert sandbox.calls == []


@pytest.mark.parametrize(
    ("arguments", "details"),
    [
        ({}, {"name": REQUIRED}),
        ({"name": None}, {"name": REQUIRED}),
        ({"name": ""}, {"name": REQUIRED}),
        ({"owner_id": "x"}, {"name": REQUIRED, "owner_id": "'x' is not of type 'number'"}),
        ({"name": "a", "emails": [{"value": 5}]}, {"emails.0.value": "5 is not of type 'string'"}),
        ({"name": "{v}", "_variables": {"v": ""}}, {"name": REQUIRED}),
        ({"name": "a", "_variables": 5}, {"_variables": "This parameter must be an object"}),
        (
            {"name": "a", "visible_to": "x", "org_id": []},
            {"visible_to": "'x' is not of type 'number'", "org_id": "[] is not of type 'number'"},
        ),
    ],
)
def test_invalid_arguments_are_refused(send_signed, sandbox, arguments, details):
    """A call with invalid arguments reports all of them as documented, and does not run the function."""
    expected = {"error": SUMMARY, "error_details": details}
    assert send_signed("POST", "/functions/pipedrive-add-a-person/call/", json=arguments) == (400, expected)
    assert sandbox.calls == []


def test_every_validation_error_is_reported(sandbox, client):
    """The error of a call includes several errors of one argument, and errors of the arguments as a whole."""
    schema = {
        "type": "object",
        "properties": {"to": {"type": "object", "required": ["b", "c"]}, "n": {"type": "string", "minLength": 1}},
        "required": ["n"],
        "maxProperties": 2,
    }
    sandbox.add_function("slack-odd", dict, app="slack", parameters=schema)
    sandbox.connect("slack")
    with pytest.raises(InvalidArguments) as caught:
        client.functions.call("slack-odd", {"to": {}, "n": "", "x": 1})
    assert caught.value.arguments["to"] == "'b' is a required property; 'c' is a required property"
    assert caught.value.arguments["n"] == REQUIRED
    assert "too many properties" in caught.value.arguments["arguments"]


def test_unknown_arguments_are_accepted(client):
    """Unknown arguments are accepted, because the documentation does not forbid them."""
    assert client.functions.call("pipedrive-add-a-person", {"name": "A", "new": 1}).ok


def test_one_of_several_accounts_must_be_chosen(client, sandbox):
    """If a user has several accounts, a call needs an account id. Each account has its own data."""
    first, second = sandbox.connect("pipedrive", user_id=7), sandbox.connect("pipedrive", user_id=7)
    user = client.for_user(7)
    with pytest.raises(FunctionCallError, match=f"accounts: {first.id}, {second.id}"):
        user.functions.call("pipedrive-get-all-persons")
    with pytest.raises(FunctionCallError, match="specify `connected_account_id`"):
        user.functions.call("pipedrive-get-all-persons", connected_account_id=999)
    user.functions.call("pipedrive-add-a-person", {"name": "Ann Lee"}, connected_account_id=first.id)
    counts = [
        len(user.functions.call("pipedrive-get-all-persons", connected_account_id=each.id).output["data"])
        for each in (first, second)
    ]
    assert counts == [13, 12]


def test_a_created_person_is_listed_last(client):
    """Created persons appear on the last page, in the documented form."""
    created = client.functions.call("pipedrive-add-a-person", {"name": "Sample contact", "visible_to": 1})
    assert created.output["data"] == {
        "id": 13,
        "name": "Sample contact",
        "first_name": "Sample",
        "last_name": "contact",
        "add_time": created.output["data"]["add_time"],
        "update_time": None,
        "visible_to": 1,
        "custom_fields": None,
        "owner_id": 22469411,
        "label_ids": [],
        "org_id": None,
        "is_deleted": False,
        "picture_id": None,
        "phones": [],
        "emails": [],
    }
    pages = list(client.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))
    assert [len(page.output["data"]) for page in pages] == [5, 5, 3]
    assert pages[-1].output["data"][-1] == created.output["data"]


def test_concurrent_calls_create_unique_ids(client):
    """Persons that threads create at the same time have different ids."""

    def work():
        for _ in range(10):
            client.functions.call("pipedrive-add-a-person", {"name": "A"})

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    persons = client.functions.call_items("pipedrive-get-all-persons", {"limit": 500}, items="data")
    assert sorted(person["id"] for person in persons) == list(range(1, 93))


def test_an_error_of_the_app_is_returned_as_output(client):
    """A call that the app refuses has status 200, with the documented output and network code."""
    result = client.functions.call("pipedrive-add-a-person", {"name": "A", "owner_id": 5})
    assert (result.network_code, result.output) == (
        400,
        {
            "success": False,
            "error": "Validation failed: owner_id: User not found or not accessible.",
            "code": "ERR_SCHEMA_VALIDATION_FAILED",
        },
    )


def test_hubspot_creates_objects_and_lists_properties(client, sandbox):
    """The HubSpot functions return objects and properties as HubSpot does."""
    sandbox.connect("hubspot")
    result = client.functions.call("hubspot-create-contact", {"properties": {"email": "a@b.c"}})
    assert (result.network_code, result.output["properties"]) == (201, {"email": "a@b.c"})
    listed = client.functions.call("hubspot-list-properties", {"objectType": "deals"}).output["results"]
    assert [each["name"] for each in listed] == ["amount", "dealname", "dealstage"]
    assert client.functions.call("hubspot-list-properties", {"objectType": "x"}).network_code == 400


def test_passthrough_reaches_the_emulated_api(client, send_signed, sandbox):
    """Passthrough requests reach the emulated endpoints of the app's API, and other endpoints get 404."""
    sandbox.connect("slack")
    result = client.functions.passthrough("slack", "get", "https://slack.com/api/conversations.list?limit=1")
    assert [channel["name"] for channel in result.output["channels"]] == ["random"]
    arguments = {"method": "GET", "url": "https://slack.com/api/conversations.list?limit=x"}
    status, body = send_signed("POST", "/slack-passthrough-request", json=arguments)
    assert (status, len(body["output"]["channels"])) == (200, 2)
    post = client.functions.passthrough
    message = {"channel": "general", "text": "Hi"}
    assert post("slack", "POST", "https://slack.com/api/chat.postMessage", body=message).output["ok"]
    assert post("slack", "POST", "https://slack.com/api/chat.postMessage", body={"channel": "general"}).output == {
        "ok": False,
        "error": "no_text",
    }
    persons = "https://api.pipedrive.com/api/v2/persons"
    assert post("pipedrive", "POST", persons, body={"name": "Ann"}).output["data"]["name"] == "Ann"
    assert post("pipedrive", "POST", persons, body={}).network_code == 400
    assert len(post("pipedrive", "GET", f"{persons}?limit=500").output["data"]) == 13
    elsewhere = post("pipedrive", "POST", "https://slack.com/api/chat.postMessage", body=message)
    assert elsewhere.network_code == 404, "an app's credentials are for its own API"
    assert post("slack", "GET", "https://evilslack.com/api/conversations.list").network_code == 404
    sandbox.add_function("slack-list-conversations", lambda _: "mine")
    assert post("slack", "GET", "https://slack.com/api/conversations.list").output == "mine"
    unknown = post("slack", "DELETE", "https://slack.com/api/nope")
    assert (unknown.network_code, "no DELETE slack.com/api/nope" in unknown.output["error"]) == (404, True)
    with pytest.raises(InvalidArguments, match="required"):
        client.functions.call("slack-passthrough-request", {"method": "GET"})
    with pytest.raises(InvalidArguments, match="url"):
        client.functions.passthrough("slack", "GET", "https://[")


def test_older_request_forms_are_accepted(send_signed, sandbox):
    """The sandbox accepts GET, paths without a verb, `next_page`, and optional slashes at the end."""
    sandbox.connect("slack")
    for path in ("/apps", "/apps/", "/apps/list", "/apps/list/"):
        assert len(send_signed("GET", path)[1]["apps"]) == 5
    for path in ("/apps/slack", "/apps/slack/get/"):
        assert send_signed("GET", path)[1]["name"] == "slack"
    for path in ("/functions/slack-post-message", "/functions/slack-post-message/get"):
        assert send_signed("GET", path)[1]["name"] == "slack-post-message"
    assert {each["name"] for each in send_signed("GET", "/functions?type=passthrough&app=Slack")[1]["functions"]} == {
        "slack-passthrough-request"
    }
    status, first = send_signed("POST", "/functions/pipedrive-get-all-persons/", json={"limit": 10})
    assert (status, "_cursor" in first) == (200, False)
    last = send_signed(
        "POST", "/functions/pipedrive-get-all-persons/", json={"limit": 10, "next_page": first["next_page"]}
    )[1]
    assert (len(last["output"]["data"]), last["next_page"]) == (2, None)


def test_only_own_accounts_can_be_disconnected(client, sandbox):
    """A user cannot disconnect the account of another user."""
    other = sandbox.connect("slack", user_id=7)
    with pytest.raises(NotFound):
        client.apps.disconnect("slack", connected_account_id=other.id)
    client.apps.disconnect("pipedrive")
    assert not client.apps.is_connected("pipedrive")
    assert sandbox.client(7).apps.is_connected("slack")


def test_a_function_can_be_replaced(client, sandbox):
    """The callable that replaces a function gets the call, and returns an output or a result.

    Its exceptions become status 500.
    """
    sandbox.add_function("pipedrive-add-a-person", lambda called: {"seen": called.arguments, "by": called.user_id})
    assert client.functions.call("pipedrive-add-a-person", {"name": "A"}).output == {
        "seen": {"name": "A"},
        "by": "123456",
    }
    sandbox.add_function("pipedrive-add-a-person", lambda _: Result("busy", network_code=503, cursor=7))
    result = client.functions.call("pipedrive-add-a-person", {"name": "A"})
    assert (result.network_code, result.output, result.cursor) == (503, "busy", 7)
    sandbox.add_function("pipedrive-add-a-person", lambda _: 1 / 0)
    with pytest.raises(integry.ServerError, match="The sandbox failed: ZeroDivisionError"):
        client.functions.call("pipedrive-add-a-person", {"name": "A"})


def test_the_earlier_names_of_invocations_and_results_stay():
    """`Called` and `Outcome` are aliases of `Invocation` and `Result`."""
    assert (sandbox_package.Called, sandbox_package.Outcome) == (sandbox_package.Invocation, Result)


def test_apps_and_functions_can_be_added(client, sandbox):
    """Apps and functions can be added. A function without a callable returns its arguments."""
    sandbox.add_app("acme", "Acme", docs_url="https://acme.example")
    sandbox.add_function("acme-greet", lambda called: f"Hello, {called.arguments['name']}", app="acme", type="QUERY")
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    sandbox.add_function("acme-count", None, app="acme", parameters=schema, description="Counts")
    sandbox.connect("acme")
    assert client.apps.get("acme").docs_url == "https://acme.example"
    assert client.functions.call("acme-greet", {"name": "Ann"}).output == "Hello, Ann"
    assert client.functions.call("acme-count", {"n": 5}).output == {"n": 5}
    with pytest.raises(InvalidArguments):
        client.functions.call("acme-count", {"n": "x"})
    for wrong in (
        lambda: sandbox.add_function("nope", None),
        lambda: sandbox.add_function("x", None, app="nope"),
        lambda: sandbox.connect("nope"),
    ):
        with pytest.raises(ValueError, match="does not exist"):
            wrong()


def test_reset_restores_the_initial_state(sandbox):
    """A reset restores the initial state, without accounts if `empty` is True, and keeps added apps."""
    from integry.sandbox import Sandbox

    empty = Sandbox(empty=True)
    assert not empty.client().apps.is_connected("pipedrive")
    empty.close()
    sandbox.connect("slack")
    sandbox.fail(500, times=9)
    sandbox.add_app("acme")
    sandbox.reset()
    assert [app.name for app in sandbox.client().apps.list(connected_only=True)] == ["pipedrive"]
    assert sandbox.client().apps.get("acme").title == "Acme"
    assert sandbox.calls == []
