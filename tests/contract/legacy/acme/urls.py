"""URL patterns of the views."""

from django.urls import path

from acme.announcements import views

urlpatterns = [path("persons/<name>/", views.add_person), path("announce/", views.announce)]
