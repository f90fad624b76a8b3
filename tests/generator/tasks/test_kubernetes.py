"""Kubernetes: bodies of any media type, pages by token, patches, logs and watches."""

import json

import pytest

from .server import JSON

pytestmark = pytest.mark.corpus

#: The name of the document in tests/generator/corpus/documents.py.
DOCUMENT = "kubernetes"
CREDENTIALS = {"BearerToken": "Bearer fake"}
MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "creationTimestamp": None}}


def test_create(client, running):
    """A config map is created as JSON, and returned with its metadata."""
    stamp = "2024-05-01T10:00:00Z"
    running.answer((201, JSON, {**MAP, "metadata": {"name": "m", "creationTimestamp": stamp}, "data": {"a": "b"}}))
    body = client.model("IoK8SApiCoreV1ConfigMap").from_dict({**MAP, "data": {"a": "b"}})
    module = client.module("api.core_v1.create_core_v1_namespaced_config_map")
    with client.open(credentials=CREDENTIALS) as opened:
        found = module.sync("default", client=opened, body=body, dry_run="All")
    assert found.metadata.creation_timestamp.isoformat() == "2024-05-01T10:00:00+00:00"
    (sent,) = running.requests
    assert (sent.path, sent.query) == ("/api/v1/namespaces/default/configmaps", [("dryRun", "All")])
    assert (sent.headers["Content-Type"], sent.headers["Authorization"]) == (JSON, "Bearer fake")
    assert json.loads(sent.body) == {**MAP, "data": {"a": "b"}}


def test_list_with_pages(client, running):
    """A list is fetched page by page, with the token in each response."""
    lists = [{"metadata": {"continue": token}, "items": [MAP]} for token in ("a b=", "")]
    running.answer(*((200, JSON, {"kind": "ConfigMapList", "apiVersion": "v1", **each}) for each in lists))
    module = client.module("api.core_v1.list_core_v1_namespaced_config_map")
    found, token = [], None
    with client.open(credentials=CREDENTIALS) as opened:
        while token != "":
            page = module.sync("default", client=opened, limit=1, **({"continue_": token} if token else {}))
            found, token = [*found, *page.items], page.metadata.continue_
    assert [each.metadata.name for each in found] == ["m", "m"]
    assert [dict(sent.query) for sent in running.requests] == [{"limit": "1"}, {"limit": "1", "continue": "a b="}]
    assert running.requests[0].headers["Accept"].startswith(JSON)


def test_upload(client, running):
    """Bytes are uploaded as Base64 in a secret, and YAML as the body of a patch (server-side apply)."""
    running.answer((200, JSON, {**MAP, "kind": "Secret", "data": {"file": "iVBORw=="}}), (200, JSON, MAP))
    secret = client.model("IoK8SApiCoreV1Secret").from_dict({"data": {"file": "iVBORw=="}})
    replace, patch = (
        client.module(f"api.core_v1.{name}")
        for name in ("replace_core_v1_namespaced_secret", "patch_core_v1_namespaced_config_map")
    )
    with client.open(credentials=CREDENTIALS) as opened:
        assert replace.sync("default", "m", client=opened, body=secret).data["file"] == "iVBORw=="
        assert patch.sync("default", "m", client=opened, body=b"data: {a: b}", field_manager="me").kind == "ConfigMap"
    put, applied = running.requests
    assert json.loads(put.body) == {"data": {"file": "iVBORw=="}}
    assert (applied.headers["Content-Type"], applied.body) == ("application/apply-patch+yaml", b"data: {a: b}")


def test_stream(client, running):
    """A log is read as lines of text, and a watch (a stream of changes) as lines of JSON."""
    events = [{"type": kind, "object": MAP} for kind in ("ADDED", "DELETED")]
    lines = [json.dumps(each).encode() + b"\n" for each in events]
    running.answer((200, "text/plain", [b"one\nt", b"wo\n"]), (200, JSON + ";stream=watch", lines))
    log, watch = (
        client.module(f"api.core_v1.{name}")
        for name in ("read_core_v1_namespaced_pod_log", "list_core_v1_namespaced_config_map")
    )
    with client.open(credentials=CREDENTIALS) as opened:
        with opened.stream(log.build("default", "p", follow=True)) as stream:
            assert list(stream.iter_lines()) == ["one", "two"]
        with opened.stream(watch.build("default", watch=True)) as stream:
            assert list(stream.iter_json()) == events
    assert [sent.query for sent in running.requests] == [[("follow", "true")], [("watch", "true")]]


def test_error(client, running):
    """The status 409, which is not documented, raises an error whose body has the Status object of Kubernetes."""
    status = {"kind": "Status", "apiVersion": "v1", "reason": "AlreadyExists", "code": 409}
    running.answer((409, JSON, status))
    module = client.module("api.core_v1.create_core_v1_namespaced_config_map")
    body = client.model("IoK8SApiCoreV1ConfigMap").from_dict(MAP)
    errors = client.module("errors")
    with client.open(credentials=CREDENTIALS) as opened, pytest.raises(errors.UnexpectedStatus) as caught:
        module.sync("default", client=opened, body=body)
    assert caught.value.status_code == 409
    assert client.model("IoK8SApimachineryPkgApisMetaV1Status").from_dict(json.loads(caught.value.content)).code == 409
