"""The fast path: half the CPU of plain requests, deadlines kept by sockets, and pools that survive signals.

This is the only folder that knows the inside of requests, urllib3 and http.client: `internals` lists each private name
that it uses, and the fast path is off if one is missing or patched. It has one user, `..transport`, and can be switched
off there or deleted. What is lost then: the speed; the deadline while connecting, in TLS handshakes and against headers
that come a byte at a time; calls that do not hang after a signal handler raised in urllib3's pools.

CPU of a call over that of `requests.Session().post(json=…, headers=…).json()`, one process a variant, medians of 15:

    with all of it                                              0.50
    on a user's own session, which uses none of it              1.07
    without preparing requests (session)                        0.70
    with the adapter of requests (adapter, and all it uses)     0.78
    without the look-up of pools (adapter: _pool)               0.56
    without the parser of heads (heads)                         0.59
    without putheader (connections)                             0.524
    without the body in one read (body)                         0.520
    without headers as a plain dict (pools: urlopen)            0.517
    without request_url (adapter)                               0.514
    without head and body in one send (sockets: sendall)        0.510
    without build_response (adapter)                            0.509
    without deadlines (sockets)                                 0.508
    without the checks for patches (internals)                  0.491
"""

from .internals import can_use_fast_adapter
from .session import FastSession

__all__ = ["FastSession", "can_use_fast_adapter"]
