"""The tables of the library: authors and books."""

import uuid

from django.db import models


class Genre(models.TextChoices):
    """The kind of a book."""

    NOVEL = "novel", "A novel"
    POEM = "poem", "A poem"
    NONE = "", "Unknown"


class Author(models.Model):
    """An author of books."""

    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    password = models.CharField(max_length=40)
    born = models.DateField(null=True)

    class Meta:
        """The order of pages."""

        ordering = ("pk",)

    def __str__(self):
        """Return the name."""
        return self.name


class Book(models.Model):
    """A book."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=40)
    genre = models.CharField(max_length=8, choices=Genre.choices, blank=True)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    stars = models.IntegerField(choices=[(1, "bad"), (2, "good")], default=1)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    created = models.DateTimeField(auto_now_add=True)
    extra = models.JSONField(default=dict)

    class Meta:
        """The order of pages."""

        ordering = ("created",)

    def __str__(self):
        """Return the title."""
        return self.title
