"""The client generated from drf-spectacular's document, against a running Django REST framework project."""

import datetime
import importlib
import subprocess
import sys
import uuid

import pytest

from .applications import Application

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    """Yield the running Django REST framework project."""
    application = Application("shop", tmp_path_factory.mktemp("drf"))
    yield application
    application.stop()


@pytest.fixture(scope="module")
def package(application):
    """Return the package of the client."""
    return application.generate("/schema/?format=json", "library_client")


@pytest.fixture(scope="module")
def api(package):
    """Return a function that returns the module of an operation."""
    return lambda name: importlib.import_module(f"{package.__name__}.api.{name.partition('_')[0]}.{name}")


@pytest.fixture(scope="module")
def models(package):
    """Return the module of the models."""
    return importlib.import_module(f"{package.__name__}.models")


@pytest.fixture(scope="module")
def errors(package):
    """Return the module of the exceptions."""
    return importlib.import_module(f"{package.__name__}.errors")


@pytest.fixture(scope="module")
def token(application, package, api, models):
    """Return the token of a user. The login operation needs no Authorization header."""
    body = models.AuthToken(username="ann", password="fake-password")
    with package.Client(application.url) as client:
        return api("token_create").sync(client=client, body=body).token


@pytest.fixture
def client(application, package, token):
    """Return a client with the token. Django REST framework wants the prefix "Token" before it."""
    with package.AuthenticatedClient(application.url, credentials={"tokenAuth": f"Token {token}"}) as client:
        yield client


@pytest.fixture
def author(api, models, client):
    """Return a new author."""
    body = models.Author(name="Ann Lee", password="fake-password", born=datetime.date(1990, 5, 1))
    return api("authors_create").sync(client=client, body=body)


def new_book(api, models, client, author, **fields):
    """Return a new book of an author."""
    body = models.Book(title="Title", price="9.90", author=author.id, **fields)
    return api("books_create").sync(client=client, body=body)


def test_the_client_type_checks(package):
    """Mypy finds no error in the client in strict mode."""
    folder = package.__path__[0]
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", f"{folder}/../mypy", folder]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_wrong_token_is_refused(application, package, api, errors):
    """The project answers a wrong token with 401, a status that drf-spectacular does not document."""
    client = package.AuthenticatedClient(application.url, token="fake", prefix="Token")
    with client, pytest.raises(errors.UnexpectedStatus, match="Invalid token") as caught:
        api("authors_list").sync(client=client)
    assert caught.value.status_code == 401


def test_a_token_may_have_a_prefix(application, package, api, token):
    """`token=` and `prefix=` authenticate in the same way as `credentials=`."""
    with package.AuthenticatedClient(application.url, token=token, prefix="Token") as client:
        assert api("authors_list").sync_detailed(client=client).status_code == 200


def test_created_objects_have_what_the_server_sets(author, package):
    """An author is created without the fields that are read-only, and is returned without those that are write-only."""
    assert (author.name, author.initials, author.books) == ("Ann Lee", "AL", [])
    assert author.id > 0
    assert author.born == datetime.date(1990, 5, 1)
    assert author.password is package.types.UNSET


def test_lists_have_pages(api, models, client, author):
    """All pages of a list are read, by their numbers, until there is no next one."""
    body = models.Author(name="Bo", password="fake")
    created = {author.id, *(api("authors_create").sync(client=client, body=body).id for _ in range(3))}
    found, page, more = [], 1, True
    while more:
        listed = api("authors_list").sync(client=client, page=page)
        assert len(listed.results) <= 2
        found, page, more = [*found, *listed.results], page + 1, bool(listed.next_)
    assert len(found) == listed.count
    assert created <= {each.id for each in found}


def test_pages_are_iterated_by_the_rule_of_the_document(api, models, client, author):
    """The client iterates over items and pages as `x-pagination` of the document says, and keeps the first filter."""
    for number in range(5):
        new_book(api, models, client, author, genre="poem", extra=number)
    found = list(client.books.list.items(genre=["poem"]))
    assert len(found) >= 5
    assert {book.genre for book in found} == {models.GenreEnum.POEM}
    assert len({book.id for book in found}) == len(found)
    pages = list(client.books.list.pages(genre=["poem"]))
    assert [len(page.parsed.results) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert sum(len(page.parsed.results) for page in pages) == len(found)


def test_a_page_that_does_not_exist_is_named(api, client, errors):
    """The project answers 404 to a page that it does not have."""
    with pytest.raises(errors.UnexpectedStatus, match="Invalid page"):
        api("authors_list").sync(client=client, page=99)


def test_read_objects_can_be_changed_and_sent(api, client, author):
    """An author that was read is sent back without its read-only fields, and with a new password."""
    read = api("authors_retrieve").sync(author.id, client=client)
    read.name, read.password = "Ann Z", "fake-password-2"
    updated = api("authors_update").sync(author.id, client=client, body=read)
    assert (updated.id, updated.name, updated.initials, updated.born) == (author.id, "Ann Z", "AZ", author.born)


def test_patches_change_only_what_they_have(api, models, client, author):
    """PATCH sends only the fields that the caller sets, including those that are set to None."""
    patched = api("authors_partial_update").sync(author.id, client=client, body=models.PatchedAuthor(born=None))
    assert (patched.name, patched.born) == ("Ann Lee", None)


def test_missing_fields_are_refused_by_the_server(api, models, client, errors):
    """The project answers 400 and names the missing fields. drf-spectacular does not document this status."""
    with pytest.raises(errors.UnexpectedStatus, match="may not be blank") as caught:
        api("authors_create").sync(client=client, body=models.Author(name="", password="fake"))
    assert caught.value.status_code == 400


@pytest.mark.parametrize("genre", ["novel", ""])
def test_choices_are_enums(api, models, client, author, genre):
    """Fields with choices are enums in both directions, also with the empty choice, integers and unknown decimals."""
    book = new_book(api, models, client, author, genre=models.GenreEnum(genre) if genre else "", stars=2)
    assert (book.genre, book.stars) == (genre, 2)
    assert isinstance(book.genre, (models.GenreEnum, models.BlankEnum))
    assert isinstance(book.stars, models.StarsEnum)
    assert isinstance(book.id, uuid.UUID)
    assert book.created.tzinfo is not None
    assert book.price == "9.90"


def test_objects_are_nested(api, models, client, author):
    """An author has their books as models, and a field for any JSON value is returned unchanged."""
    extra = {"a": [1, None, {"b": "é"}]}
    book = new_book(api, models, client, author, extra=extra)
    found = api("authors_retrieve").sync(author.id, client=client)
    assert found.books == [book]
    assert found.books[0].extra == extra
    assert book.genre == ""


def test_lists_are_filtered(api, models, client, author):
    """A list of genres is sent comma-separated, and filters the books."""
    new_book(api, models, client, author, genre=models.GenreEnum.POEM)
    new_book(api, models, client, author, genre=models.GenreEnum.NOVEL)
    found = api("books_list").sync(
        client=client, genre=["poem", "other"], since=datetime.datetime.now(datetime.timezone.utc)
    )
    assert {book.genre for book in found.results} == {models.GenreEnum.POEM}


def test_objects_are_deleted(api, models, client, author, errors):
    """The response to DELETE has no body, and the object no longer exists."""
    book = new_book(api, models, client, author)
    assert api("books_destroy").sync_detailed(book.id, client=client).status_code == 204
    with pytest.raises(errors.UnexpectedStatus, match="404"):
        api("books_retrieve").sync(book.id, client=client)


def test_files_are_uploaded(api, models, client, author, package):
    """A file, several files and a field with a default arrive in one form."""
    book = new_book(api, models, client, author)
    file = package.types.File(b"\x89PNG", file_name="cover é.png", mime_type="image/png")
    body = models.Cover(cover=file, pages=[b"1", b"22"])
    found = api("books_cover_create").sync(book.id, client=client, body=body)
    assert (found.caption, found.name, found.size, found.count) == ("none of Title", "cover é.png", 4, 2)


def test_nested_bodies_arrive(api, models, client):
    """Nested serializers are written and read as models, with null, a default and a read-only total."""
    lines = [models.OrderLine(title="a", count=2), models.OrderLine(title="b")]
    found = api("orders_create").sync(client=client, body=models.Order(lines=lines, gift=None, deliver="1 00:00:00"))
    assert (found.total, found.gift, found.deliver) == (3, None, "1 00:00:00")
    assert found.lines == [models.OrderLine(title="a", count=2), models.OrderLine(title="b", count=1)]
