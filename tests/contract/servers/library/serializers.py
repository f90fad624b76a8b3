"""The serializers of the library: books, authors, covers and orders."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .models import Author, Book


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A file field for uploads. drf-spectacular documents a FileField as a URI, which only responses contain."""


class BookSerializer(serializers.ModelSerializer):
    """A book. The field `author` is the author's primary key."""

    class Meta:
        """All fields."""

        model = Book
        fields = ("id", "title", "genre", "price", "stars", "author", "created", "extra")


class AuthorSerializer(serializers.ModelSerializer):
    """An author with a read-only list of their books."""

    books = BookSerializer(many=True, read_only=True)
    initials = serializers.SerializerMethodField()

    class Meta:
        """All fields."""

        model = Author
        fields = ("id", "name", "email", "password", "born", "books", "initials")
        extra_kwargs = {"password": {"write_only": True}}  # noqa: RUF012 (the form of Django REST framework)

    def get_initials(self, author: Author) -> str:
        """Return the first letters of the name."""
        return "".join(word[0] for word in author.name.split())


class CoverSerializer(serializers.Serializer):
    """An upload of files, and the name, size and count that the server returns."""

    cover = UploadField(write_only=True)
    pages = serializers.ListField(child=UploadField(), write_only=True, required=False)
    caption = serializers.CharField(allow_blank=True, default="none")
    name = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True)
    count = serializers.IntegerField(read_only=True)


class OrderLineSerializer(serializers.Serializer):
    """A line of an order."""

    title = serializers.CharField()
    count = serializers.IntegerField(min_value=1, default=1)


class OrderSerializer(serializers.Serializer):
    """An order with nested lines that can be written."""

    lines = OrderLineSerializer(many=True)
    gift = OrderLineSerializer(allow_null=True, required=False)
    deliver = serializers.DurationField(required=False)
    total = serializers.IntegerField(read_only=True)
