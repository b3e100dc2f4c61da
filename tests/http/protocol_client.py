"""Sends requests to the endpoint of a real server just as a test writes them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(
    server: str,
    method: str = "GET",
    parameters: Mapping[str, str | list[str]] | str = "",
    *,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
    client: str = "127.0.0.1",
) -> Reply:
    """Sends a request with these headers and no others, but Host and Content-Length.

    `client` is one of the addresses of the loopback interface.
    """
    if not isinstance(parameters, str):
        parameters = urlencode(parameters, doseq=True)
    address = f"/sparql?{parameters}" if parameters else "/sparql"
    data = body.encode() if isinstance(body, str) else body
    connection = http.client.HTTPConnection(
        urlsplit(server).netloc, timeout=60, source_address=(client, 0)
    )
    try:
        connection.putrequest(method, address, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def post(server: str, body: bytes | str, media_type: str, **options: Any) -> Reply:
    headers = {"Content-Type": media_type, **options.pop("headers", {})}
    return send(server, "POST", body=body, headers=headers, **options)
