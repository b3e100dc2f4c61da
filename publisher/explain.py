"""A page with everything that was recognised in it: what a curator widens the
vocabulary by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from html import escape

from publisher.extract import Recognised, extract_profile, recognise
from publisher.lexicon import Lexicon
from publisher.page import Reader
from publisher.profile import CityProfile, Page, PageSource, Passage, PassageKind, Section


class Kind(Enum):
    """What a span of the page was recognised as."""

    TITLE = "title"
    FACT = "fact"
    HEADLINE = "headline"
    HEADING = "heading"
    NAME = "name"
    TOPIC = "topic"
    TARGET_GROUP = "target group"
    DELIVERY = "delivery"


_KINDS = {
    "topic": Kind.TOPIC,
    "target-group": Kind.TARGET_GROUP,
    "delivery-mode": Kind.DELIVERY,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A recognised part of the page's text, and what it became."""

    start: int
    end: int
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page, what was recognised in it, and the sentences that state nothing."""

    profile: CityProfile
    spans: tuple[Span, ...]
    silent: tuple[Passage, ...]


def explain_page(page: Page, source: PageSource, reader: Reader) -> Explanation:
    """Returns what each part of a page was recognised as, in the order of the text.

    Spans do not overlap: where one word says several things, its meanings are
    put together.
    """
    recognised, _ = recognise(page, reader)
    profile = extract_profile(page, source, reader)
    spans = [
        *_form(page, profile),
        *_headings(page),
        *_recognised(page, recognised, reader.lexicon),
    ]
    told = {p.digest for p, _ in profile.mentions} | {
        d.evidence.digest for d in profile.designations
    }
    silent = tuple(
        passage
        for passage in page.all_passages()
        if passage.kind is PassageKind.SENTENCE
        and not recognised.matches[passage.digest]
        and passage.digest not in told
    )
    return Explanation(profile, tuple(_flatten(spans)), silent)


def _form(page: Page, profile: CityProfile) -> Iterator[Span]:
    if page.title:
        yield Span(page.title.start, page.title.end, Kind.TITLE, str(profile.key))
    if page.headline:
        yield Span(page.headline.start, page.headline.end, Kind.HEADLINE, "headline")
    observed = {o.evidence.digest: o for o in profile.observations}
    for fact in page.facts:
        observation = observed.get(fact.passage.digest)
        value = "" if observation is None else " not reported"
        if observation is not None and observation.reported:
            figures = {"": observation.value, ">": observation.minimum, "<": observation.maximum}
            value = "".join(f" {sign}{v}" for sign, v in figures.items() if v is not None)
        yield Span(fact.passage.start, fact.passage.end, Kind.FACT, fact.label + value)


def _headings(page: Page) -> Iterator[Span]:
    position = 0
    for section in page.all_sections():
        start = page.text.find(section.heading, position) if section.heading else -1
        if start >= 0:
            position = start + len(section.heading)
            yield Span(start, position, Kind.HEADING, _section_name(section))


def _section_name(section: Section) -> str:
    return f"{section.kind}: {section.theme}" if section.theme else section.kind


def _recognised(page: Page, recognised: Recognised, lexicon: Lexicon) -> Iterator[Span]:
    for passage in page.all_passages():
        for name in recognised.names.get(passage.digest, ()):
            start, end = passage.start + name.start, passage.start + name.end
            yield Span(start, end, Kind.NAME, f"{name.text} ({lexicon.name(name.type)})")
        for match in recognised.matches.get(passage.digest, ()):
            start, end = passage.start + match.start, passage.start + match.end
            yield Span(start, end, _KINDS[match.scheme], lexicon.name(match.concept))


def _flatten(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans one behind the other: overlapping ones become one with all their meanings.
    A headline or title stays behind what is recognised within it."""
    outer = (Kind.HEADLINE, Kind.TITLE)
    ordered = sorted(spans, key=lambda s: (s.kind in outer, s.start, -s.end))
    kept: list[Span] = []
    for span in ordered:
        over = [k for k in kept if span.start < k.end and k.start < span.end]
        if not over:
            kept.append(span)
        elif span.kind not in outer:
            merged = [*over, span]
            for other in over:
                kept.remove(other)
            meanings = dict.fromkeys(s.meaning for s in merged)
            start, end = min(s.start for s in merged), max(s.end for s in merged)
            kept.append(Span(start, end, merged[0].kind, "; ".join(meanings)))
    yield from sorted(kept, key=lambda s: s.start)


def write_html(explanation: Explanation, title: str) -> str:
    """Returns a page of its own: the text with each span marked, and what was left over."""
    text = explanation.profile.page.text
    parts: list[str] = []
    silent = {p.start: p.end for p in explanation.silent}
    position = 0
    for span in explanation.spans:
        parts.append(_dim(text, position, span.start, silent))
        kind = span.kind.name.lower().replace("_", "-")
        parts.append(
            f'<mark class="{kind}" title="{escape(span.kind.value)}: {escape(span.meaning)}">'
            f"{escape(text[span.start : span.end])}<small>{escape(span.meaning)}</small></mark>"
        )
        position = span.end
    parts.append(_dim(text, position, len(text), silent))
    legend = " ".join(
        f'<mark class="{k.name.lower().replace("_", "-")}">{k.value}</mark>' for k in Kind
    )
    problems = "".join(f"<li>{escape(str(p))}</li>" for p in explanation.profile.problems)
    left = "".join(f"<li>{escape(' '.join(p.text.split()))}</li>" for p in explanation.silent)
    return _TEMPLATE.format(
        title=escape(title),
        language=escape(explanation.profile.page.language),
        legend=legend,
        text="".join(parts),
        problems=problems or "<li>nothing</li>",
        left=left or "<li>none</li>",
    )


def _dim(text: str, start: int, end: int, silent: dict[int, int]) -> str:
    """The text between two spans; sentences that state nothing are set back."""
    parts, position = [], start
    for begin, stop in sorted(silent.items()):
        if start <= begin and stop <= end:
            parts.append(escape(text[position:begin]))
            parts.append(f"<i>{escape(text[begin:stop])}</i>")
            position = stop
    return "".join([*parts, escape(text[position:end])])


_TEMPLATE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.9 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ font: inherit; white-space: pre-wrap }}
mark {{ color: inherit; background: none; border-bottom: .2em solid; padding: 0 .1em }}
mark small {{ font: .7rem system-ui, sans-serif; opacity: .8; padding-left: .3em }}
i {{ opacity: .55; font-style: normal }}
.title, .headline {{ border-color: #888 }} .heading {{ border-color: #555; font-weight: bold }}
.fact {{ border-color: #b58900 }} .name {{ border-color: #d33682 }}
.topic {{ border-color: #2aa198 }} .target-group {{ border-color: #268bd2 }}
.delivery {{ border-color: #859900 }}
</style>
<h1>{title}</h1>
<p>{legend} <i>states nothing</i></p>
<pre lang="{language}">{text}</pre>
<h2>Left out or not understood</h2><ul>{problems}</ul>
<h2>Sentences that state nothing</h2><ul>{left}</ul>
</html>
"""
