"""Keeping a browser from sending a form twice.

Browsers repeat a POST by themselves if the server closes a connection that was in use before, without a response. So a
process of the server that is killed during a call would let the next process call again.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import List, Optional

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest

#: The key in the session, and the number of forms that a session remembers.
KEY, REMEMBERED = "integry_sent", 20
#: The length of a CSRF token that Django made for one page. Scripts may send a shorter one, which is always the same.
TOKEN_LENGTH = 64


def claim(request: HttpRequest) -> Optional[str]:
    """Remember in the session that a form is being sent, and return a key for `release`.

    A form is known by its fields. Each page has another CSRF token, so a form that a user opens again is another one.

    Returns:
        The key; None if the form was sent before. Empty if forms cannot be told apart: without a session, or without
        the CSRF token of a page.

    Raises:
        SessionInterrupted: If the user has logged out in the meantime.
    """
    session, token = getattr(request, "session", None), request.POST.get("csrfmiddlewaretoken", "")
    if session is None or len(token) != TOKEN_LENGTH:
        return ""
    key = hashlib.sha256(request.POST.urlencode().encode()).hexdigest()
    sent: List[str] = session.get(KEY, [])
    if key in sent:
        return None
    session[KEY] = [*sent, key][-REMEMBERED:]
    try:
        session.save()  # before the call, because there is no later moment if the process is killed
    except UpdateError as error:
        message = "The session ended while a form was being sent. Nothing was called."
        raise SessionInterrupted(message) from error
    return key


def release(request: HttpRequest, key: str) -> None:
    """Forget a form whose call did not run, so that it can be sent again."""
    if key:
        request.session[KEY] = [each for each in request.session.get(KEY, []) if each != key]
        # Django does not save the session if the response is a server error.
        with suppress(UpdateError):
            request.session.save()
