"""One HTTP connection to one server: keys, retries when told to wait, errors as exceptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from docassay.client.errors import ApiError, UnreachableError

_MAX_WAITS: Final = 5
_LONGEST_WAIT_SECONDS: Final = 30.0


class Transport:
    """Sends requests with the key and returns decoded JSON.

    A 429 or 503 with ``Retry-After`` is waited for, up to five times. Raises ``ApiError`` for every other
    status from 400 and ``UnreachableError`` when no answer comes. ``sleep`` and ``http_transport`` exist for
    tests and for servers in the same process.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        timeout_seconds: float = 60.0,
        http_transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.sleep = sleep
        self._headers = {"X-API-Key": key} if key else {}
        self._http = httpx.Client(
            timeout=httpx.Timeout(timeout_seconds, connect=min(10.0, timeout_seconds)),
            transport=http_transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """GET; query parameters that are None are left out."""
        return self.request("GET", path, params={k: v for k, v in query.items() if v is not None})

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST a JSON body."""
        return self.request("POST", path, json=body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """PUT a JSON body."""
        return self.request("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self.request("DELETE", path)

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        """Send one request with the key and return the decoded JSON body (None when it is empty)."""
        for waits in range(_MAX_WAITS + 1):
            with self._unreachable_as_error():
                response = self._http.request(method, self.absolute(path), headers=self._headers, **arguments)
            wait_seconds = _asked_to_wait(response)
            if wait_seconds is None or waits == _MAX_WAITS:
                break
            self.sleep(wait_seconds)
        return _decoded(response)

    def upload(self, url: str, content: Any, content_type: str) -> None:
        """PUT the bytes of an open file to a signed URL, streamed and without the key."""
        with self._unreachable_as_error():
            response = self._http.put(
                self.absolute(url), content=content, headers={"Content-Type": content_type}
            )
        if response.status_code >= 400:
            raise ApiError(response.status_code, _detail(response))

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """The body of a GET in pieces, as it arrives."""
        with (
            self._unreachable_as_error(),
            self._http.stream("GET", self.absolute(path), headers=self._headers) as response,
        ):
            if response.status_code >= 400:
                response.read()
                raise ApiError(response.status_code, _detail(response))
            yield response.iter_bytes()

    def absolute(self, url: str) -> str:
        """``url`` itself when it names a host, else below the server's URL."""
        return url if urlsplit(url).netloc else urljoin(self.url + "/", url.lstrip("/"))

    @contextmanager
    def _unreachable_as_error(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise UnreachableError(self.url, f"no answer in time ({type(error).__name__})") from error
        except httpx.TransportError as error:
            raise UnreachableError(self.url, str(error) or type(error).__name__) from error
        except httpx.InvalidURL as error:
            raise UnreachableError(self.url, f"not a usable address ({error})") from error


def _asked_to_wait(response: httpx.Response) -> float | None:
    if response.status_code not in (429, 503):
        return None
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)


def _decoded(response: httpx.Response) -> Any:
    if response.status_code >= 400:
        raise ApiError(response.status_code, _detail(response))
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        message = "The answer is not JSON. Is this the address of a docassay server?"
        raise ApiError(response.status_code, message) from error


def _detail(response: httpx.Response) -> Any:
    try:
        body = response.json()
    except ValueError:
        return response.text.strip()[:500] or response.reason_phrase
    return body["detail"] if isinstance(body, dict) and "detail" in body else body
