"""Stripe: nested forms, cursors, and files."""

import pytest

from .server import JSON

pytestmark = pytest.mark.corpus

#: The name of the document in tests/generator/corpus/documents.py.
DOCUMENT = "stripe"
CREDENTIALS = {"basicAuth": ("sk_test_fake", "")}
CUSTOMER = {"id": "cus_1", "object": "customer", "created": 1_700_000_000, "livemode": False}


def test_create(client, running):
    """A customer is created by a form with nested fields."""
    running.answer((200, JSON, {**CUSTOMER, "metadata": {"plan": "a"}, "new_field": 1}))
    body = client.model("PostCustomersBody")(
        email="ann@example.com",
        address=client.model("PostCustomersBodyAddressType0")(line1="Street 1", city="Zürich"),
        metadata=client.model("PostCustomersBodyMetadataType0").from_dict({"plan": "a", "é": "ü"}),
        preferred_locales=["de", "en"],
        expand=["sources", "tax"],
    )
    with client.open(credentials=CREDENTIALS) as opened:
        customer = client.module("api.default.post_customers").sync(client=opened, body=body)
    assert isinstance(customer, client.model("Customer"))
    assert (customer.id, customer.metadata["plan"]) == ("cus_1", "a")
    (sent,) = running.requests
    assert sent.headers["Authorization"] == "Basic c2tfdGVzdF9mYWtlOg=="
    assert sorted(sent.form) == [
        ("address[city]", "Zürich"),
        ("address[line1]", "Street 1"),
        ("email", "ann@example.com"),
        ("expand[0]", "sources"),
        ("expand[1]", "tax"),
        ("metadata[plan]", "a"),
        ("metadata[é]", "ü"),
        ("preferred_locales[0]", "de"),
        ("preferred_locales[1]", "en"),
    ]


def test_list_with_pages(client, running):
    """Customers are listed page by page, with a nested filter. The id of a page's last customer is the cursor."""
    pages = [["cus_1", "cus_2"], ["cus_3"]]
    running.answer(
        *(
            (200, JSON, {"object": "list", "url": "/v1/customers", "has_more": more, "data": data})
            for ids, more in zip(pages, (True, False))
            for data in [[{**CUSTOMER, "id": each} for each in ids]]
        )
    )
    created, found, more = client.model("GetCustomersCreatedType0")(gte=5), [], True
    with client.open(credentials={"bearerAuth": "sk_test_fake"}) as opened:
        while more:
            after = {"starting_after": found[-1].id} if found else {}
            module = client.module("api.default.get_customers")
            page = module.sync(client=opened, created=created, expand=["data.tax"], **after)
            found, more = [*found, *page.data], page.has_more
    assert [each.id for each in found] == ["cus_1", "cus_2", "cus_3"]
    filters = [("created[gte]", "5"), ("expand[0]", "data.tax")]
    assert [sorted(sent.query) for sent in running.requests] == [filters, [*filters, ("starting_after", "cus_2")]]
    assert running.requests[0].headers["Authorization"] == "Bearer sk_test_fake"


def test_upload(client, running):
    """A file is uploaded with its purpose and nested fields, although its type in the document is string."""
    answer = {"id": "file_1", "object": "file", "created": 1, "purpose": "dispute_evidence", "size": 4}
    running.answer((200, JSON, answer))
    file = client.module("types").File(b"\x89PNG", file_name="evidence.png", mime_type="image/png")
    link = client.model("PostFilesBodyFileLinkData")(create=True)
    body = client.model("PostFilesBody")(file=file, purpose="dispute_evidence", file_link_data=link)
    module = client.module("api.default.post_files")
    with client.open(credentials=CREDENTIALS) as opened:
        assert module.sync(client=opened, body=body).id == "file_1"
    assert module.OPERATION.server.startswith("https://files.stripe.com")
    parts = running.requests[0].parts()
    assert parts["purpose"][1] == b"dispute_evidence"
    assert parts["file_link_data[create]"][1] == b"true"
    assert parts["file"][1] == b"\x89PNG"
    assert 'filename="evidence.png"' in parts["file"][0]


def test_download(client, running, tmp_path):
    """The PDF of a quote is written to a file while it arrives."""
    running.answer((200, "application/pdf", [b"%PDF", b"x" * 100_000]))
    module = client.module("api.default.get_quotes_quote_pdf")
    with client.open(credentials=CREDENTIALS) as opened, module.stream("qt_1", client=opened) as stream:
        assert stream.save(tmp_path / "quote.pdf") == 100_004
    assert running.requests[0].path == "/v1/quotes/qt_1/pdf"
    assert "application/pdf" in running.requests[0].headers["Accept"]


def test_error(client, running):
    """The error for a declined card, with its code, is returned or raised."""
    error = {"error": {"type": "card_error", "code": "card_declined", "decline_code": "fraudulent", "message": "m"}}
    running.answer((402, JSON, error), (402, JSON, error))
    module = client.module("api.default.post_customers")
    with client.open(credentials=CREDENTIALS) as opened:
        found = module.sync_detailed(client=opened)
    assert found.status_code == 402
    assert (found.parsed.error.type_, found.parsed.error.code) == ("card_error", "card_declined")
    raising, errors = client.open(credentials=CREDENTIALS, raise_on_error_status=True), client.module("errors")
    with raising as opened, pytest.raises(errors.ClientError) as caught:
        module.sync(client=opened)
    assert caught.value.parsed == found.parsed
