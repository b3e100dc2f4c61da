"""Values from process to process over a stream socket, in as few system calls as can be.

Every call of the system gives up Python's lock, and with many threads it takes
long to have it back; so a value is written at once, and mostly read at once.
"""

from __future__ import annotations

import pickle
import socket
import struct
import time
from typing import Any

_LENGTH = struct.Struct("=Q")
_READ_AT_ONCE = 1 << 16
# A socket of Linux takes so much before anybody reads it.
_TAKEN_AT_ONCE = 1 << 16


class Channel:
    """One end of a connection between two processes of this program."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._patience = 0.0

    def wait_at_most(self, seconds: float) -> None:
        """Makes `receive` give up where so many seconds have passed before a value begins."""
        self._patience = seconds
        self._limit(socket.SO_RCVTIMEO, seconds)

    def _limit(self, option: int, seconds: float) -> None:
        """Lets the calls that wait take so many seconds; the system takes 0 for any number."""
        whole = int(seconds)
        patience = struct.pack("@ll", whole, max(1, int((seconds - whole) * 1_000_000)))
        self._socket.setsockopt(socket.SOL_SOCKET, option, patience)

    def send(self, value: object, deadline: float | None = None) -> None:
        """Sends a value; a large one as the other end takes it, until `deadline` on the clock
        of `time.monotonic`.

        Raises:
            TimeoutError: it has not been taken in time; nothing can be sent any more.
            OSError: nobody is there any more.
        """
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        rest = memoryview(_LENGTH.pack(len(data)) + data)
        while rest:
            if deadline is not None and len(rest) > _TAKEN_AT_ONCE:
                self._limit(socket.SO_SNDTIMEO, max(0.0, deadline - time.monotonic()))
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError as error:
                raise TimeoutError from error

    def receive(self, deadline: float | None = None) -> Any:
        """Returns the next value, whole until `deadline` on the clock of `time.monotonic`.

        Raises:
            TimeoutError: none has begun to come in time.
            EOFError: the other end has hung up, or fell silent in the middle.
        """
        try:
            data = self._socket.recv(_READ_AT_ONCE)
        except BlockingIOError as error:
            raise TimeoutError from error
        except ConnectionError as error:
            raise EOFError from error
        wanted = _find_length(data)
        if wanted is None or len(data) < wanted:
            data = self._complete(data, deadline)
        # From a process of our own.
        return pickle.loads(memoryview(data)[_LENGTH.size :])  # noqa: S301

    def _complete(self, start: bytes, deadline: float | None) -> bytes:
        data = bytearray(start)
        wanted = _find_length(data)
        while wanted is None or len(data) < wanted:
            if deadline is not None:
                self._limit(socket.SO_RCVTIMEO, max(0.0, deadline - time.monotonic()))
            try:
                more = self._socket.recv(_READ_AT_ONCE)
            except OSError as error:
                raise EOFError from error
            if not more:
                raise EOFError
            data += more
            wanted = wanted or _find_length(data)
        if deadline is not None:
            self._limit(socket.SO_RCVTIMEO, self._patience)
        return bytes(data)

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()


def _find_length(data: bytes | bytearray) -> int | None:
    """Returns how long a message with its head is, None where the head is not whole yet."""
    if len(data) < _LENGTH.size:
        return None
    length: int = _LENGTH.unpack_from(data)[0]
    return _LENGTH.size + length
