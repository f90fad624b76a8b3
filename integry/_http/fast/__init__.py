"""The fast path: half the CPU time of plain requests, deadlines checked by sockets, and pools that survive signals.

Only this folder uses internals of requests, urllib3 and http.client. `internals` lists each private name, and the fast
path is disabled if one of them is missing or patched. Only `..transport` uses the folder. The fast path can be disabled
there, and the folder can be deleted. Without it, calls are slower, the deadline does not cover connecting, TLS
handshakes and headers that arrive byte by byte, and a signal handler that raises inside urllib3's pools can make later
calls hang.

CPU time of a call relative to `requests.Session().post(json=…, headers=…).json()`, medians of 15 runs, each variant in
a process of its own:

    the whole fast path                                         0.50
    a session of the user, which uses none of it                1.07
    without preparing requests (session)                        0.70
    with the adapter of requests (adapter, and all it uses)     0.78
    without the lookup of pools (adapter: _pool)                0.56
    without parsing response heads (heads)                      0.59
    without putheader (connections)                             0.524
    without reading the body at once (body)                     0.520
    without headers as a plain dict (pools: urlopen)            0.517
    without request_url (adapter)                               0.514
    without sending head and body at once (sockets: sendall)    0.510
    without build_response (adapter)                            0.509
    without deadlines (sockets)                                 0.508
    without the checks for patches (internals)                  0.491
"""

from .internals import can_use_fast_adapter
from .session import FastSession

__all__ = ["FastSession", "can_use_fast_adapter"]
