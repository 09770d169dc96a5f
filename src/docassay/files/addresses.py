"""Which network addresses a document may be fetched from."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
_V4_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")


class NameNotResolvedError(Exception):
    """The host name has no address, or none was found in time."""


def is_public(address: Address) -> bool:
    """Whether the address is one on the open internet.

    Private, loopback, link-local, shared, multicast, reserved and unspecified ones are not, nor IPv6
    addresses that carry such an IPv4 address inside (mapped, NAT64, 6to4, Teredo).
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address in _LOCAL_NAT64 or address in _V4_COMPATIBLE or address.is_site_local:
            return False
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        if address.teredo is not None:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolve(host: str, port: int, timeout_seconds: float) -> list[Address]:
    """All addresses of a host, in the order to try them. Raises NameNotResolvedError.

    The system's resolver knows no time limit, so it runs in a thread that is left alone when it is too slow.
    """
    answers: queue.SimpleQueue[list[Address] | OSError | ValueError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
            answers.put([ipaddress.ip_address(text) for text in texts])
        except (OSError, ValueError) as error:  # ValueError: a name that IDNA cannot encode
            answers.put(error)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, timeout_seconds))
    except queue.Empty:
        raise NameNotResolvedError("looking up its address took too long") from None
    if isinstance(answer, (OSError, ValueError)):
        raise NameNotResolvedError(str(answer)) from answer
    return answer
