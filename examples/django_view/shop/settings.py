"""Settings of the Django project."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only for this example")
ROOT_URLCONF = "shop.urls"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
