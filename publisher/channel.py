"""Values from process to process over a stream socket, in as few system calls as can be.

Every call of the system gives up Python's lock, and with many threads it takes
long to have it back; so a value is written at once, and mostly read at once.
"""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("=Q")
_READ_AT_ONCE = 1 << 16


class Channel:
    """One end of a connection between two processes of this program."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def wait_at_most(self, seconds: float) -> None:
        """Makes `receive` give up after so many seconds."""
        whole = int(seconds)
        patience = struct.pack("@ll", whole, max(1, int((seconds - whole) * 1_000_000)))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)

    def send(self, value: object) -> None:
        """Sends a value.

        Raises:
            OSError: nobody is there any more.
        """
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._socket.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> Any:
        """Returns the next value.

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
            data = self._complete(data)
        # From a process of our own.
        return pickle.loads(memoryview(data)[_LENGTH.size :])  # noqa: S301

    def _complete(self, start: bytes) -> bytes:
        data = bytearray(start)
        wanted = _find_length(data)
        while wanted is None or len(data) < wanted:
            try:
                more = self._socket.recv(_READ_AT_ONCE)
            except OSError as error:
                raise EOFError from error
            if not more:
                raise EOFError
            data += more
            wanted = wanted or _find_length(data)
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
