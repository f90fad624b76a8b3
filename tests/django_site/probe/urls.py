"""URLs of the site with pages for tests."""

from acme.urls import urlpatterns as pages
from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.decorators.vary import vary_on_cookie

from integry.django.views import FunctionView

from . import views

urlpatterns = [
    *pages,
    path("probe/worker/", views.worker),
    path("probe/hold/", views.hold),
    path("probe/message/", FunctionView.as_view(function_name=views.FUNCTION)),
    path("probe/enqueue/", views.enqueue),
    path("probe/tasks/", views.tasks),
    path("probe/cached/", cache_page(600)(views.config)),
    path("probe/varied/", cache_page(600)(vary_on_cookie(views.config))),
    path("probe/fragment/<str:name>/", views.fragment),
    path("probe/async/ping/", views.ping),
    path("probe/async/hold/", views.hold_in_thread),
    path("probe/async/blocking/", views.hold_in_loop),
]
