"""The bytes of a file → its text. Pure."""

from __future__ import annotations

import re

from publisher.errors import SourceError

# Its mark, or ASCII characters of two bytes each.
_UTF16 = re.compile(rb"\xff\xfe|\xfe\xff|(?:[^\0]\0){2}|(?:\0[^\0]){2}")


def decode_text(data: bytes, source: str, wanted: str = "a file of text") -> str:
    """Returns the text of a file in UTF-8, without its mark and with `\\n` for line ends.

    Args:
        wanted: what the file should be, for the remedy where it is no text at all.

    Raises:
        SourceError: it is a binary file or in another encoding; naming the line, where it
            can be read that far.
    """
    if _UTF16.match(data):
        raise SourceError(
            "is encoded in UTF-16",
            where=source,
            remedy="save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`",
        )
    if b"\0" in data:
        raise SourceError("is a binary file", where=source, remedy=f"give {wanted}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"is not in UTF-8 (byte 0x{data[error.start]:02x})",
            where=f"{source}, line {line}",
            remedy="save it as UTF-8, for example with `iconv -f LATIN1 -t UTF-8`",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
