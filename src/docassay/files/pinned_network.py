"""Connections that go only to addresses that were checked, and end at a deadline.

The name is looked up once and the socket is opened to the very address that was checked, so a name server
that answers differently the second time (DNS rebinding) gains nothing. TLS still checks the host's name.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from docassay.files.addresses import is_public, resolve


class AddressRefusedError(Exception):
    """The host has an address that is not on the open internet."""


class Deadline:
    """A moment that everything has to be over by."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time limit was reached")
        return left


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step takes at most what is left of the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PinnedNetwork(httpcore.NetworkBackend):
    """Looks names up, refuses non-public addresses unless allowed, and connects to what it checked.

    ``connect_tcp`` raises AddressRefusedError and NameNotResolvedError besides httpcore's.
    """

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers, after all of them were checked."""
        addresses = resolve(host.strip("[]"), port, self._deadline.remaining())
        for address in addresses:
            if not self._allow_private and not is_public(address):
                raise AddressRefusedError(host)
        failure: Exception = httpcore.ConnectError("the host has no address")
        for address in addresses:
            try:
                stream = self._connect(address, port, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never allowed."""
        raise AddressRefusedError(path)

    def _connect(
        self,
        address: ipaddress.IPv4Address | ipaddress.IPv6Address,
        port: int,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        limit = min(10.0, self._deadline.remaining())
        return self._system.connect_tcp(str(address), port, timeout=limit, socket_options=socket_options)
