"""URLs of the Django project."""

from django.urls import path

from . import views

urlpatterns = [path("announce/<str:user_id>/", views.announce)]
