"""URLs of the site."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("apps/", include("integry.django.urls")),
    path("message/", views.MessageView.as_view(), name="message"),
    path("channels/", views.channels, name="channels"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    *views.optional_urls(),
]
