"""URLs of the site with pages for tests."""

from acme.urls import urlpatterns as pages
from django.urls import path

from . import views

urlpatterns = [
    *pages,
    path("probe/worker/", views.worker),
    path("probe/hold/", views.hold),
    path("probe/async/ping/", views.ping),
    path("probe/async/hold/", views.hold_in_thread),
    path("probe/async/blocking/", views.hold_in_loop),
]
