"""Requests to other servers keep their limits, whatever the server does."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator

import brotli
import pytest

from publisher.errors import FetchError, FetchTimeout, FetchTooLarge
from publisher.fetch import Call, Fetcher

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
Speak = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def server(speak: Speak) -> Iterator[str]:
    """A server that hears one request and answers by `speak`."""
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError), listener.accept()[0] as connection:
            connection.recv(10_000)
            speak(connection, over)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            with contextlib.suppress(OSError):  # nobody may have called
                socket.create_connection(listener.getsockname(), timeout=1).close()
            thread.join()


def fetch(address: str, *, url: str = "", most_bytes: int = 1000) -> tuple[int, bytes]:
    body = bytearray()
    with contextlib.closing(Fetcher([address])) as fetcher:
        call = Call("GET", url or address, {})
        reply = fetcher.fetch(call, body.extend, seconds=0.5, most_bytes=most_bytes)
    return reply.status, bytes(body)


def test_an_answer_comes_as_it_was_sent() -> None:
    with server(lambda to, _: to.sendall(HEAD % 5 + b"hello")) as address:
        assert fetch(address) == (200, b"hello")


def drip_headers(to: socket.socket, over: threading.Event) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    drip(to, over)


def drip_body(to: socket.socket, over: threading.Event) -> None:
    to.sendall(HEAD % 1_000_000)
    drip(to, over)


def drip(to: socket.socket, over: threading.Event) -> None:
    """Sends a byte so often that no single wait for one is long."""
    while not over.wait(0.05):
        to.sendall(b"x")


def say_nothing(to: socket.socket, over: threading.Event) -> None:
    over.wait(60)


@pytest.mark.parametrize("speak", [say_nothing, drip_headers, drip_body])
def test_time_is_for_the_whole_answer(speak: Speak) -> None:
    with server(speak) as address, pytest.raises(FetchTimeout, match=r"0\.5 s"):
        fetch(address, most_bytes=1 << 30)


def test_more_bytes_than_are_taken() -> None:
    def speak(to: socket.socket, _: threading.Event) -> None:
        to.sendall(HEAD % 1001 + b"x" * 1001)

    with server(speak) as address, pytest.raises(FetchTooLarge):
        fetch(address)


CODED = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"


def answer(coding: bytes, body: bytes) -> Speak:
    return lambda to, _: to.sendall(CODED % (coding, len(body)) + body)


@pytest.mark.parametrize("coding", [b"br", b"deflate", b"zstd", b"gzip, br"])
def test_what_is_coded_in_a_way_that_has_no_bound_is_not_read(coding: bytes) -> None:
    """httpx would take it apart before anybody can count."""
    body = brotli.compress(b"x" * 100)
    with server(answer(coding, body)) as address, pytest.raises(FetchError, match="not asked for"):
        fetch(address)


@pytest.mark.parametrize("coding", [b"gzip", b"X-GZIP"])
def test_gzip_counts_as_what_it_becomes(coding: bytes) -> None:
    with server(answer(coding, gzip.compress(b"x" * 1000))) as address:
        assert fetch(address) == (200, b"x" * 1000)
    more = answer(coding, gzip.compress(b"x" * 1001))
    with server(more) as address, pytest.raises(FetchTooLarge):
        fetch(address)


def test_half_of_what_is_coded_is_an_error() -> None:
    half = gzip.compress(b"x" * 1000)[:-9]
    with server(answer(b"gzip", half)) as address, pytest.raises(FetchError, match="too early"):
        fetch(address)


def test_the_coding_of_a_body_that_does_not_come_does_not_matter() -> None:
    nothing = b"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n"
    with server(lambda to, _: to.sendall(nothing)) as address:
        assert fetch(address) == (304, b"")


def test_a_bomb_takes_no_memory() -> None:
    bomb = gzip.compress(b"x" * (64 << 20))
    with server(answer(b"gzip", bomb)) as address:
        tracemalloc.start()
        with pytest.raises(FetchTooLarge):
            fetch(address)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 << 20


def test_no_redirect_is_followed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        there = f"http://127.0.0.1:{other.getsockname()[1]}/"
        answer = f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
        with server(lambda to, _: to.sendall(answer.encode())) as address:
            assert fetch(address)[0] == 302
            with pytest.raises(FetchError, match="not a server to be asked"):
                fetch(address, url=there)
        with pytest.raises(BlockingIOError):
            other.accept()


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", HEAD % 9 + b"half"])
def test_what_is_no_http_is_an_error(answer: bytes) -> None:
    with server(lambda to, _: to.sendall(answer)) as address, pytest.raises(FetchError):
        fetch(address)


def test_nobody_there_and_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(FetchError, match="does not answer"):
        fetch(address)
    with pytest.raises(FetchError):
        fetch("http://[::")
