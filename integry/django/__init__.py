"""The Django app of this package: clients from the project's settings, pages to connect apps, and template tags.

`INSTALLED_APPS = ["integry.django"]` installs it, and one dict `INTEGRY` in the settings configures it. The app has no
models and no migrations. It needs the extra `django`.
"""

from ._clients import aclient_for, client_for, get_client, get_organisation

__all__ = ["aclient_for", "client_for", "get_client", "get_organisation"]
