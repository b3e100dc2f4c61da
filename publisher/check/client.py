"""Requests to the site that is checked: whatever happens is a value, within limits."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from publisher.errors import FetchError, FetchTimeout
from publisher.fetch import Call, Fetcher, Reply

_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
# A server that has been silent so often in a row is not waited for again.
_MOST_SILENCES = 6


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; `error` says why there is none, and then `status` is 0.

    `url` is where the answer came from, `hops` the statuses of redirects before it.
    """

    call: Call
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    error: str = ""
    hops: tuple[int, ...] = field(default=())

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def summary(self) -> str:
        """How it was answered, in a few words."""
        return self.error or f"{self.status} {self.media_type}".strip()

    @property
    def curl(self) -> str:
        """The command that sends the request again."""
        words = ["curl", "-sS", "-i"]
        words += ["-I"] if self.call.method == "HEAD" else ["-X", self.call.method]
        if self.hops:
            words.append("-L")
        for name, value in self.call.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.call.body:
            words += ["--data-binary", self.call.body.decode("utf-8", "replace")]
        return shlex.join([*words, self.call.url])


class Client:
    """Asks any server, each request within the same limits."""

    def __init__(self, *, seconds: float, most_bytes: int) -> None:
        """`seconds` for one answer, redirects apart; `most_bytes` for its body."""
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._fetchers: dict[str, Fetcher] = {}
        self._silences: Counter[str] = Counter()

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        follow: bool = True,
    ) -> Exchange:
        """Returns what is answered, after redirects if `follow`."""
        call = Call(method, url, dict(headers or {}), body)
        hops: tuple[int, ...] = ()
        here = url.partition("#")[0]
        while True:
            exchange = self._ask(call, here, hops)
            location = exchange.headers.get("location")
            if not (follow and exchange.status in _REDIRECTS and location):
                return exchange
            if len(hops) == _MOST_REDIRECTS:
                return Exchange(call, here, 0, {}, b"", "redirects without end", hops)
            hops = (*hops, exchange.status)
            try:
                here = urljoin(here, location).partition("#")[0]
            except ValueError:
                return Exchange(call, here, 0, {}, b"", f"redirects to {location}", hops)

    def _ask(self, call: Call, url: str, hops: tuple[int, ...]) -> Exchange:
        body = bytearray()
        try:
            parts = urlsplit(url)
            origin = f"{parts.scheme}://{parts.netloc}"
            if self._silences[origin] == _MOST_SILENCES:
                message = f"not asked: {_MOST_SILENCES} requests in a row had no answer in time"
                return Exchange(call, url, 0, {}, b"", message, hops)
            fetcher = self._fetchers.get(origin) or Fetcher([origin])
            self._fetchers[origin] = fetcher
            reply: Reply = fetcher.fetch(
                Call(call.method, url, call.headers, call.body),
                body.extend,
                seconds=self._seconds,
                most_bytes=self._most_bytes,
            )
        except (FetchError, ValueError) as error:
            if isinstance(error, FetchTimeout):
                self._silences[origin] += 1
            message = error.message if isinstance(error, FetchError) else str(error)
            return Exchange(call, url, 0, {}, b"", message, hops)
        self._silences[origin] = 0
        return Exchange(call, url, reply.status, reply.headers, bytes(body), "", hops)

    def close(self) -> None:
        """Ends all connections."""
        for fetcher in self._fetchers.values():
            fetcher.close()
