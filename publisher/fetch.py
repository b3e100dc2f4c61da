"""HTTP requests to other servers, within limits: to whom, how long, how much."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from publisher.errors import FetchError, FetchTimeout, FetchTooLarge
from publisher.gunzip import gunzip

_PIECE = 1 << 16
# Shorter than servers keep a connection, so that none is used as the server hangs up.
_KEPT_SECONDS = 2
_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of a server; `body` is sent as it is."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a server answered; the names of the headers are in lower case. Their values come
    octet by octet (ISO 8859-1, RFC 9110, section 5.5), and are sent again as such."""

    status: int
    headers: Mapping[str, str]


class Fetcher:
    """Asks a few servers, and follows none of them elsewhere. May be shared by threads."""

    def __init__(self, addresses: Iterable[str], auth: httpx.Auth | None = None) -> None:
        """Keeps to the origins (scheme, host, port) of `addresses`; `auth` is sent to them."""
        self._origins = {_origin(address) for address in addresses}
        self._client = httpx.Client(
            transport=_Transport(), auth=auth, trust_env=False, follow_redirects=False
        )

    def fetch(
        self, call: Call, write: Callable[[bytes], object], *, seconds: float, most_bytes: int
    ) -> Reply:
        """Returns how a server answers, its body through `write`.

        The whole takes no longer than `seconds`, however the server deals its bytes
        out; only the look-up of its name is the system's. The body comes as it is: what is
        coded with gzip, unasked, is decoded piece by piece, and counts as what it becomes.

        Raises:
            FetchTimeout: not within `seconds`.
            FetchTooLarge: the body has more than `most_bytes`.
            FetchError: it does not answer by HTTP, or is none of those to be asked.
        """
        if _origin(call.url) not in self._origins:
            raise FetchError("is not a server to be asked", where=call.url)
        try:
            return self._fetch(call, write, time.monotonic() + seconds, most_bytes)
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise FetchTimeout(f"does not answer within {seconds:.3g} s", where=call.url) from error
        except (*_FAILURES, httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(f"does not answer: {error}", where=call.url) from error
        except UnicodeError as error:  # the system looks names up that IDNA forbids
            raise FetchError(f"cannot be asked: {error}", where=call.url) from error

    def _fetch(
        self, call: Call, write: Callable[[bytes], object], deadline: float, most_bytes: int
    ) -> Reply:
        # Our network takes these for points in time, the pool of connections has no limit.
        times = {"connect": deadline, "read": deadline, "write": deadline}
        headers = {"Accept-Encoding": "identity", **call.headers}
        with self._client.stream(
            call.method,
            call.url,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            content=call.body,
            extensions={"timeout": times},
        ) as response:
            size = 0
            for data in _decode(response, call.url):
                size += len(data)
                if size > most_bytes:
                    raise FetchTooLarge(f"sends more than {most_bytes} bytes", where=call.url)
                write(data)
            response.headers.encoding = "latin-1"
            return Reply(response.status_code, dict(response.headers))

    def close(self) -> None:
        """Ends all connections."""
        self._client.close()


_FAILURES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)


def _decode(response: httpx.Response, url: str) -> Iterator[bytes]:
    """Yields the body. httpx would take apart whatever comes, at once and without a bound."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    # Where there is no body, its coding is that of the one there would be.
    has_body = response.request.method != "HEAD" and response.status_code not in _BODILESS
    if coding in ("", "identity") or not has_body:
        yield from response.iter_raw(_PIECE)
    elif coding in ("gzip", "x-gzip"):
        try:
            yield from gunzip(response.iter_raw())
        except ValueError as error:
            raise FetchError(str(error), where=url) from error
    else:
        raise FetchError(f"codes its answer as {coding}, which was not asked for", where=url)


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        url = httpx.URL(address)
        return url.scheme, url.host, url.port
    except (httpx.InvalidURL, UnicodeError) as error:  # the latter is IDNA's, of the host
        raise FetchError(f"not an address: {error}", where=address) from error


class _Transport(httpx.BaseTransport):
    """httpx over a pool of connections with deadlines."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=None,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=_Network(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response.stream)
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Network(httpcore.NetworkBackend):
    """Sockets whose every step has what is left of the time to a deadline.

    The time limits of httpcore are for one step, and a server may take any
    number of steps. It hands the limits on to here as it got them, so that they
    can be points in time.
    """

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _time_left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._sockets.connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _time_left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            left = _time_left(timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _PIECE], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _time_left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _time_left(deadline: float | None, kind: type[httpcore.TimeoutException]) -> float | None:
    """Returns the seconds to a point in time; None stands for no limit."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise kind("the time is up")
    return left
