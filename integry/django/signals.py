"""Signals of the pages that connect and disconnect apps.

Receivers get `request`, `user_id`, `app` (the `integry.App`) and `account` (the `integry.ConnectedAccount`).
"""

from django.dispatch import Signal

#: Sent once for an account that a user connected, when the site first sees it.
app_connected = Signal()
#: Sent once for an account that a user disconnected on a page of this site.
app_disconnected = Signal()
