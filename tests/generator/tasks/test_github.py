"""GitHub: pages by number, uploads as whole bodies, redirects, and typed errors."""

import json

import pytest

from .server import JSON

pytestmark = pytest.mark.corpus

#: The name of the document in tests/generator/corpus/documents.py.
DOCUMENT = "github"
#: Arguments of the client. The token is a header, because the document has no security schemes.
TOKEN = {"headers": {"Authorization": "Bearer fake"}}
STAMP = "2024-05-01T10:00:00Z"
#: Fields with URLs that GitHub's document requires in a user.
URLS = [
    "avatar_url",
    "events_url",
    "followers_url",
    "following_url",
    "gists_url",
    "gravatar_id",
    "html_url",
    "node_id",
    "organizations_url",
    "received_events_url",
    "repos_url",
    "starred_url",
    "subscriptions_url",
    "type",
    "url",
]
USER = {**dict.fromkeys(URLS, ""), "id": 1, "login": "octo", "site_admin": False}


def issue(number):
    """Return an issue of GitHub with all fields that the document requires."""
    urls = ["comments_url", "events_url", "html_url", "labels_url", "node_id", "repository_url", "url"]
    nothing = ["assignee", "closed_at", "milestone"]
    return {
        **dict.fromkeys(urls, "https://api.github.com/x"),
        **dict.fromkeys(nothing),
        "id": number,
        "number": number,
        "title": f"Issue {number}",
        "user": USER,
        "state": "open",
        "locked": False,
        "labels": ["bug"],
        "comments": 0,
        "assignees": [],
        "author_association": "OWNER",
        "created_at": STAMP,
        "updated_at": STAMP,
    }


def test_create(client, running):
    """An issue is created, and returned with its number."""
    running.answer((201, JSON, issue(7)))
    body = client.model("IssuesCreateBody")(title="Issue 7", labels=["bug", "é"])
    with client.open(**TOKEN) as opened:
        found = client.module("api.issues.issues_create").sync("octo", "hello", client=opened, body=body)
    assert isinstance(found, client.model("Issue"))
    assert (found.number, found.title, found.user.login) == (7, "Issue 7", "octo")
    (sent,) = running.requests
    assert (sent.path, sent.headers["Authorization"]) == ("/repos/octo/hello/issues", "Bearer fake")
    assert json.loads(sent.body) == {"title": "Issue 7", "labels": ["bug", "é"]}


def test_list_with_pages(client, running):
    """Issues are listed page by page, until the header Link has no next page."""
    link = f'<{running.url}/repos/octo/hello/issues?page=2>; rel="next"'
    running.answer((200, JSON, [issue(1), issue(2)], ("Link", link)), (200, JSON, [issue(3)]))
    module = client.module("api.issues.issues_list_for_repo")
    found, page = [], 1
    with client.open(**TOKEN) as opened:
        while page:
            answer = module.sync_detailed("octo", "hello", client=opened, state="all", per_page=2, page=page)
            found += answer.parsed
            page = page + 1 if 'rel="next"' in answer.headers.get("Link", "") else 0
    assert [each.number for each in found] == [1, 2, 3]
    assert [dict(sent.query)["page"] for sent in running.requests] == ["1", "2"]
    assert dict(running.requests[0].query)["state"] == "all"


def test_upload(client, running, tmp_path):
    """An opened file is uploaded as the whole body, to the server that the document has for uploads."""
    path = tmp_path / "app.zip"
    path.write_bytes(b"PK" * 100_000)
    asset = {"id": 1, "name": "app.zip", "size": 200_000, "uploader": USER, "state": "uploaded"}
    empty = dict.fromkeys(("url", "browser_download_url", "node_id", "label", "content_type"), "")
    dates = dict.fromkeys(["created_at", "updated_at"], STAMP)
    running.answer((201, JSON, {**asset, **empty, **dates, "download_count": 0, "digest": None}))
    module = client.module("api.repos.repos_upload_release_asset")
    with client.open(**TOKEN) as opened, path.open("rb") as file:
        found = module.sync("octo", "hello", 5, client=opened, body=file, name="app.zip")
    assert (found.id, found.size) == (1, 200_000)
    assert module.OPERATION.server == "https://uploads.github.com"
    (sent,) = running.requests
    assert (sent.query, sent.headers["Content-Type"]) == ([("name", "app.zip")], "application/octet-stream")
    assert sent.body == path.read_bytes()


def test_download(client, running, tmp_path):
    """An archive is saved by following a redirect, although the document has no response but the redirect."""
    running.answer(
        (302, "text/plain", b"", ("Location", "/archive")), (200, "application/gzip", [b"\x1f\x8b", b"x" * 9])
    )
    module = client.module("api.repos.repos_download_tarball_archive")
    options = {"follow_redirects": True, "raise_on_unexpected_status": False}
    with client.open(**TOKEN, **options) as opened, opened.stream(module.build("octo", "hello", "main")) as stream:
        assert stream.save(tmp_path / "archive.tar.gz") == 11
    assert [sent.path for sent in running.requests] == ["/repos/octo/hello/tarball/main", "/archive"]


def test_error(client, running):
    """The errors for a missing and for an invalid issue are parsed to models, and returned or raised."""
    missing = {"message": "Not Found", "documentation_url": "https://docs.github.com", "status": "404"}
    invalid = {**missing, "message": "Validation Failed", "errors": [{"code": "missing_field", "field": "title"}]}
    running.answer((404, JSON, missing), (422, JSON, invalid))
    with client.open(**TOKEN) as opened:
        found = client.module("api.issues.issues_get").sync("octo", "hello", 1, client=opened)
    assert isinstance(found, client.model("BasicError"))
    assert found.message == "Not Found"
    errors = client.module("errors")
    raising, body = client.open(**TOKEN, raise_on_error_status=True), client.model("IssuesCreateBody")(title="")
    with raising as opened, pytest.raises(errors.ClientError) as caught:
        client.module("api.issues.issues_create").sync("octo", "hello", client=opened, body=body)
    assert caught.value.parsed.errors[0].field == "title"
