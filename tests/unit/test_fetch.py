"""Requests to other servers keep their limits, whatever the server does."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

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
