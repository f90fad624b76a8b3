"""URLs of the pages that connect apps. Use `path("integry/", include("integry.django.urls"))` in your URLs."""

from django.urls import path

from . import _pages

app_name = "integry"
urlpatterns = [
    path("", _pages.apps, name="apps"),
    path("connect/<str:app>/", _pages.connect, name="connect"),
    path("status/<str:app>/", _pages.status, name="status"),
    path("disconnect/<str:app>/", _pages.disconnect, name="disconnect"),
]
