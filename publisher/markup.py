"""HTML → text in the form of the text pages, so that both go through the same steps.

Only what surrounds the profile is dropped: navigation, banners, dialogs, forms,
lists of nothing but links. Libraries that extract a page's main text lose parts of
it: see "HTML" in docs/conversion.md for what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree, html

from publisher.errors import SourceError

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "form", "button", "iframe", "head"}
    | {"nav", "footer", "aside", "dialog", "select", "input", "object", "video", "audio"}
)
_SKIPPED_ROLES = frozenset(
    "alert alertdialog banner complementary contentinfo dialog menu menubar navigation"
    " search".split()
)
# Words by which sites name the surroundings of an article, in `class` and `id`.
_SURROUNDINGS = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|menu|topmenu|navbar|nav|navigation|footer"
    r"|site-?header|sidebar|related|share|sharing|social|newsletter|skip-?links?|pagination|pager"
    r"|advert|promo|toolbar|language-?switcher|back-?to-?top|copyright)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARAGRAPHS = frozenset({"p", "blockquote", "table", "ul", "ol", "dl"}) | _HEADINGS
_BLOCKS = _PARAGRAPHS | frozenset(
    {"div", "section", "article", "main", "header", "li", "dt", "dd", "tr", "td", "th"}
    | {"figure", "figcaption", "body", "br", "hr", "address", "details", "summary"}
)
_SPACE = re.compile(r"[ \t\r\n\f]+")  # what HTML folds; a no-break space stays


def looks_like_html(text: str) -> bool:
    """Tells whether a file's text is HTML rather than a text page."""
    head = text[:2000].lstrip().lower()
    return head.startswith(("<!doctype html", "<html", "<?xml")) or any(
        tag in head for tag in ("<body", "<article", "<main", "<h1", "<div", "<p>")
    )


def html_to_text(
    markup: str, source: str, is_label: Callable[[str], bool]
) -> tuple[str, str | None]:
    """Returns (text in the page form, language the document declares or None).

    Headings and paragraphs stand between blank lines, list items begin with a
    bullet, a label of the facts is followed by its value on the next line.

    Args:
        is_label: tells whether a line is a label of the facts.

    Raises:
        SourceError: there is no element in it.
    """
    try:
        root = html.document_fromstring(markup.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError as error:
        raise SourceError(
            "has no HTML element", where=source, remedy="save the page again"
        ) from error
    writer = _Writer(is_label)
    _walk(_content_root(root), writer)
    writer.flush()
    declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    language = declared.partition("-")[0].lower() or None
    return "\n".join(writer.lines).strip("\n") + "\n", language


class _Writer:
    """Collects lines; a paragraph is set off by a blank line, list items are not."""

    def __init__(self, is_label: Callable[[str], bool]) -> None:
        self.lines: list[str] = []
        self._is_label = is_label
        self._inline: list[str] = []
        self._prefix = ""
        self._label_in: str | None = None

    def text(self, text: str | None) -> None:
        if text:
            self._inline.append(text)

    def flush(self) -> None:
        line = _SPACE.sub(" ", "".join(self._inline)).strip(" ")
        self._inline = []
        if line.strip("\u00a0"):
            self.lines.append(self._prefix + line)
            self._prefix = ""

    def open_paragraph(self, tag: str) -> None:
        self.flush()
        # `<p>City population</p><p>50,122</p>`: a label's value belongs to it.
        if self._label_in != tag:
            self._blank()
        self._label_in = None

    def close_paragraph(self, tag: str) -> None:
        self.flush()
        label = bool(self.lines) and self._is_label(self.lines[-1].strip(" •"))
        self._label_in = tag if label and tag == "p" else None
        if self._label_in is None:
            self._blank()

    def _blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def item(self, prefix: str) -> None:
        self.flush()
        self._prefix = prefix


def _content_root(root: html.HtmlElement) -> html.HtmlElement:
    """The one `main` or `article` that holds a heading, else the whole body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = [e for e in root.xpath(path) if e.xpath(".//h1|.//h2")]
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


def _is_surrounding(element: html.HtmlElement) -> bool:
    if element.tag in _SKIPPED or element.get("role") in _SKIPPED_ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag not in ("html", "body", "main", "article") and _SURROUNDINGS.search(named):
        # A wrapper may be named after what it also holds.
        return not element.xpath(".//h1")
    return element.tag in ("ul", "ol") and _is_all_links(element)


def _is_all_links(element: html.HtmlElement) -> bool:
    linked = sum(len(_SPACE.sub("", a.text_content())) for a in element.iter("a"))
    return linked > 0 and linked >= len(_SPACE.sub("", element.text_content()))


def _walk(element: html.HtmlElement, writer: _Writer) -> None:
    tag = element.tag
    if not isinstance(tag, str) or _is_surrounding(element):
        return
    _open(tag, element, writer)
    writer.text(element.text)
    for child in element:
        _walk(child, writer)
        writer.text(child.tail)
    _close(tag, writer)


def _open(tag: str, element: html.HtmlElement, writer: _Writer) -> None:
    if tag in _PARAGRAPHS:
        inside_item = any(parent.tag == "li" for parent in element.iterancestors())
        writer.flush() if inside_item else writer.open_paragraph(tag)
    elif tag == "li":
        writer.item("  • ")
    elif tag in _BLOCKS:
        writer.flush()


def _close(tag: str, writer: _Writer) -> None:
    if tag in _PARAGRAPHS:
        writer.close_paragraph(tag)
    elif tag in _BLOCKS:
        writer.flush()
