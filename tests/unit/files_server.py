"""A server of a few files, which says what it was asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Files:
    """What a server has, by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.address = ""

    def put(self, path: str, body: str, media_type: str = "text/turtle", **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, {"Content-Type": media_type, **named}, body.encode())
        return self.address + path


@contextlib.contextmanager
def serve() -> Iterator[Files]:
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.asked.append((self.path, dict(self.headers)))
            status, headers, body = files.answers.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers["If-None-Match"] == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)
            # What was announced and does not come must not be waited for.
            self.close_connection = headers.get("Content-Length", str(len(body))) != str(len(body))

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        files.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield files
        finally:
            server.shutdown()
            thread.join()
