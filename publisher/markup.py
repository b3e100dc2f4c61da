"""HTML → text in the form of the text pages, so that both go through the same steps."""

from __future__ import annotations

from lxml import etree, html

from publisher.errors import SourceError

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "form", "button", "iframe", "head"}
    | {"nav", "footer", "aside", "header"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = (
    frozenset(
        {"p", "div", "section", "article", "main", "ul", "ol", "li", "dl", "dt", "dd", "blockquote"}
        | {"table", "tr", "td", "th", "figure", "figcaption", "body", "br", "hr"}
    )
    | _HEADINGS
)


def looks_like_html(text: str) -> bool:
    """Tells whether a file's text is HTML rather than a text page."""
    head = text[:2000].lstrip().lower()
    return head.startswith(("<!doctype html", "<html", "<?xml")) or any(
        tag in head for tag in ("<body", "<article", "<main", "<h1", "<div", "<p>")
    )


class _Writer:
    """Collects lines; a paragraph is set off by a blank line, list items are not."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._inline: list[str] = []
        self._prefix = ""

    def text(self, text: str | None) -> None:
        if text:
            self._inline.append(text)

    def flush(self) -> None:
        line = " ".join("".join(self._inline).split(" ")).replace("\n", " ")
        line = " ".join(part for part in line.split(" ") if part)
        self._inline = []
        if line.strip(" \t\r\u00a0"):
            self.lines.append(self._prefix + line)
            self._prefix = ""

    def blank(self) -> None:
        self.flush()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def item(self, prefix: str) -> None:
        self.flush()
        self._prefix = prefix


def html_to_text(markup: str, source: str) -> tuple[str, str | None]:
    """Returns (text in the page form, language the document declares or None).

    Navigation, header, footer and forms are left out; headings and paragraphs stand
    between blank lines, list items begin with a bullet, a term of a definition
    list is followed by its value on the next line.

    Raises:
        SourceError: there is no element in it.
    """
    try:
        root = html.document_fromstring(markup.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError as error:
        raise SourceError(
            "has no HTML element", where=source, remedy="save the page again"
        ) from error
    writer = _Writer()
    _walk(_content_root(root), writer)
    writer.flush()
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return "\n".join(writer.lines).strip("\n") + "\n", language


def _content_root(root: html.HtmlElement) -> html.HtmlElement:
    """The one `main` or `article` that holds a heading, else the whole body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = [e for e in root.xpath(path) if e.xpath(".//h1|.//h2")]
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


def _walk(element: html.HtmlElement, writer: _Writer) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or element.get("hidden") is not None:
        return
    _open(tag, element, writer)
    writer.text(element.text)
    for child in element:
        _walk(child, writer)
        writer.text(child.tail)
    _close(tag, writer)


def _open(tag: str, element: html.HtmlElement, writer: _Writer) -> None:
    if tag in _HEADINGS or tag in {"p", "blockquote", "table", "ul", "ol", "dl"}:
        inside_item = any(parent.tag == "li" for parent in element.iterancestors())
        writer.flush() if inside_item else writer.blank()
    elif tag == "li":
        writer.item("  • ")
    elif tag in _BLOCKS:
        writer.flush()


def _close(tag: str, writer: _Writer) -> None:
    if tag in _HEADINGS or tag in {"p", "blockquote", "table", "ul", "ol", "dl"}:
        writer.blank()
    elif tag in _BLOCKS:
        writer.flush()
