"""Compares what the converter finds with the gold standard, page by page.

Run it with `make gold`: precision, recall and F1 per category for the pages that
were used while the extraction was developed and for those held out, then the
worst misses with their sentence.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from publisher.iris import mint_slug
from publisher.profile import CityProfile, Page, PageSource, Passage, Section, Tags, normalise_text
from publisher.settings import Settings
from publisher.site import Site, load_site

GOLD = Path(__file__).parent
BLIND = GOLD / "blind"
SECOND = GOLD / "second_batch"
ROOT = GOLD.parents[1]
ORIGINALS = Path(os.environ.get("PROFILE_ORIGINALS", ROOT.parent / "shared" / "profiles"))
# Every third page, by name; Sejong, the page that started the project, is not among them.
DOCS = ROOT / "docs" / "conversion.md"
MARKS = ("<!-- gold -->", "<!-- /gold -->")
HELD_OUT = frozenset(
    "bristol cascais general-escobedo gwanak-gu kilifi-county nonsan sharjah wyndham".split()
)
# Invented pages that were looked at in the end; the other invented ones never were.
UNBLINDED = frozenset(
    "akroukro-lagune ballynorra haneul-gun nea-lykothea nong-phrayun ocotzalco-de-hinojosa"
    " olmurrani onsaem-gu qasr-nuwayrin santa-rufina-del-valle vale-de-morvao yesilkubbe".split()
)
CATEGORIES = (
    "identity", "indicators", "sections", "headline", "names", "name types", "practices",
    "designations", "target groups", "topics", "delivery",
)  # fmt: skip

Item = tuple[str, ...]


@dataclass
class Score:
    """Counts of one category: found and right, found and wrong, missed."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, found: Counter[Item], gold: Counter[Item], where: str) -> None:
        self.right += (found & gold).total()
        self.wrong += [f"{where}: {' | '.join(item)}" for item in (found - gold).elements()]
        self.missed += [f"{where}: {' | '.join(item)}" for item in (gold - found).elements()]

    @property
    def precision(self) -> float:
        total = self.right + len(self.wrong)
        return self.right / total if total else 1.0

    @property
    def recall(self) -> float:
        total = self.right + len(self.missed)
        return self.right / total if total else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def gold_files() -> list[Path]:
    """Returns the gold files whose page can be read here."""
    return [p for p in sorted(GOLD.rglob("*.json")) if page_path(p).exists()]


def page_path(file: Path) -> Path:
    """Returns the page a gold file is about: an invented one stands beside it; the
    original Sejong page is not shipped."""
    gold = read_gold(file)
    beside = file.parent / gold["page"]
    if beside.exists():
        return beside
    return (ORIGINALS if gold.get("original") else ROOT / "data" / "profiles") / gold["page"]


def read_gold(file: Path) -> dict:
    """Returns the annotations of a gold file."""
    return json.loads(file.read_text(encoding="utf-8"))


def convert(site: Site, file: Path) -> CityProfile:
    """Returns what the converter finds on a gold file's page."""
    gold, path = read_gold(file), page_path(file)
    known = None if gold.get("original") else site.sources.get(path.name)
    if "known" in gold:
        known = PageSource(**gold["known"])
    return site.convert(path.read_bytes(), path.name, known).profile


class _Gold:
    """One gold file, with its quotes mapped to the passages of the page as read."""

    def __init__(self, gold: dict, page: Page) -> None:
        self._gold = gold
        self._page = page

    def passage(self, quote: str | list[int]) -> str:
        if isinstance(quote, str):
            start = self._page.text.find(quote)
            assert start >= 0, f"{self._gold['page']}: {quote!r} is not in the page as kept"
            return self._at(start, quote)
        return self._at(quote[0], str(quote))

    def _at(self, start: int, quote: str) -> str:
        for passage in self._page.all_passages():
            if passage.start <= start < passage.end:
                return passage.text
        return f"(in no passage) {quote}"

    def text(self, value: str | list[int]) -> str:
        return value if isinstance(value, str) else self._page.text[value[0] : value[1]]

    def items(self) -> dict[str, Counter[Item]]:
        gold = self._gold
        figures = {
            (name, *sorted(f"{k}={v}" for k, v in value.items()))
            for name, value in gold["indicators"].items()
        }
        if gold.get("member_since"):
            figures.add(("member since", str(gold["member_since"])))
        figures |= {("award", str(year)) for year in gold.get("award_years") or ()}
        names = gold["entities"]
        return {
            "identity": Counter(
                [("city", mint_slug(gold["city"])), ("country", str(gold["country"]))]
            ),
            "indicators": Counter(figures),
            "sections": Counter((kind, normalise_text(h)) for kind, h in gold["sections"]),
            "headline": Counter([(self.text(gold["headline"]),)] if gold["headline"] else []),
            "names": Counter((mint_slug(n["name"]),) for n in names),
            "name types": Counter((mint_slug(n["name"]), n["kind"], n["type"]) for n in names),
            "practices": Counter(
                (mint_slug(p["title"]), mint_slug(p["about"] or "")) for p in gold["practices"]
            ),
            "designations": Counter(
                (normalise_text(self.text(d["text"])),) for d in gold["designations"]
            ),
            "target groups": self._concepts("target_groups"),
            "topics": self._concepts("topics"),
            "delivery": self._concepts("delivery"),
        }

    def _concepts(self, key: str) -> Counter[Item]:
        return Counter({(slug, self.passage(quote)) for slug, quote in self._gold[key]})


def found_items(profile: CityProfile) -> dict[str, Counter[Item]]:
    """Returns what the converter found, in the form of the gold's items."""
    page = profile.page
    figures: set[Item] = set()
    for o in profile.observations:
        parts = {"value": o.value, "min": o.minimum, "max": o.maximum}
        stated = [f"{k}={v}" for k, v in parts.items() if v is not None]
        if not o.approximate:
            figures.add((o.indicator, *sorted(stated or ["reported=False"])))
    if profile.member_since[0]:
        figures.add(("member since", str(profile.member_since[0])))
    figures |= {("award", str(year)) for year, _ in profile.award_years}
    kinds = {False: "initiative", True: "organization"}
    return {
        "identity": Counter(
            [
                ("city", mint_slug(profile.name)),
                ("country", str(page.country and page.country.upper())),
            ]
        ),
        "indicators": Counter(figures),
        "sections": Counter(_section_items(page.sections)),
        "headline": Counter([(page.headline.text,)] if page.headline else []),
        "names": Counter((e.slug,) for e in profile.entities),
        "name types": Counter(
            (e.slug, kinds[e.is_organization], e.type.rpartition("/")[2]) for e in profile.entities
        ),
        "practices": Counter(
            (mint_slug(_heading(page, p.section)), p.about or "") for p in profile.practices
        ),
        "designations": Counter((normalise_text(d.text),) for d in profile.designations),
        "target groups": _tag_items(profile, "target_groups"),
        "topics": _tag_items(profile, "topics"),
        "delivery": _tag_items(profile, "delivery_modes"),
    }


def _section_items(sections: Iterable[Section]) -> Iterator[Item]:
    for section in sections:
        for inner in section.walk():
            kind = f"theme:{inner.theme}" if inner.kind == "theme" else inner.kind
            yield kind, normalise_text(inner.heading)


def _heading(page: Page, slug: str) -> str:
    return next(s.heading for s in page.all_sections() if s.slug == slug)


def _tag_items(profile: CityProfile, field_name: str) -> Counter[Item]:
    def pairs() -> Iterator[Item]:
        passage: Passage
        tags: Tags
        for passage, tags in profile.passage_tags:
            for concept in getattr(tags, field_name):
                yield concept.rpartition("/")[2], passage.text

    return Counter(set(pairs()))


def score(files: Iterable[Path], site: Site) -> dict[str, Score]:
    """Returns the score of each category over some gold files."""
    scores: dict[str, Score] = defaultdict(Score)
    for path in files:
        profile = convert(site, path)
        found, wanted = found_items(profile), _Gold(read_gold(path), profile.page).items()
        for category in CATEGORIES:
            scores[category].add(found[category], wanted[category], path.stem)
    return dict(scores)


def score_sets(site: Site) -> dict[str, dict[str, Score]]:
    """Returns the scores of the four sets of pages, and of all that are not invented."""
    files = gold_files()
    second = [f for f in files if f.parent == SECOND]
    blind = [f for f in files if f.parent == BLIND and f.stem not in UNBLINDED]
    held_out = [f for f in files if f.stem in HELD_OUT]
    developed = [f for f in files if f not in {*second, *blind, *held_out}]
    shipped = [f for f in files if f.parent == GOLD]
    return {
        f"developed on ({len(developed)} pages)": score(developed, site),
        f"second batch ({len(second)})": score(second, site),
        f"held out ({len(held_out)})": score(held_out, site),
        f"blind ({len(blind)})": score(blind, site),
        f"all but invented ({len(shipped)})": score(shipped, site),
    }


def make_table(sets: dict[str, dict[str, Score]]) -> str:
    """Returns the Markdown table of precision, recall and F1 that the docs show."""
    lines = [
        "| precision / recall / **F1** | " + " | ".join(sets) + " |",
        "| --- |" + " --- |" * len(sets),
    ]
    for category in CATEGORIES:
        cells = [s[category] for s in sets.values()]
        shown = (f"{c.precision:.2f} / {c.recall:.2f} / **{c.f1:.2f}**" for c in cells)
        lines.append(f"| {category} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def write_docs(table: str) -> None:
    """Puts the table between its marks in docs/conversion.md."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    DOCS.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


def _print(title: str, scores: dict[str, Score]) -> None:
    print(f"\n{title}\n{'':16} precision  recall      F1   right  wrong missed")
    for category in CATEGORIES:
        s = scores[category]
        print(
            f"{category:16} {s.precision:9.3f} {s.recall:7.3f} {s.f1:7.3f}"
            f" {s.right:7} {len(s.wrong):6} {len(s.missed):6}"
        )


def main(arguments: list[str]) -> None:
    """Prints the scores; with names of categories, also every miss of these on the pages
    developed on; with `--docs`, writes the table into docs/conversion.md."""
    site = load_site(ROOT, Settings())
    sets = score_sets(site)
    for title, scores in sets.items():
        _print(title, scores)
    developed, second, *_ = sets.values()
    for category in (a for a in arguments if a in CATEGORIES):
        wrong = developed[category].wrong + second[category].wrong
        missed = developed[category].missed + second[category].missed
        print(f"\n{category}, found and wrong:", *wrong, sep="\n  + ")
        print(f"\n{category}, missed:", *missed, sep="\n  - ")
    if "--docs" in arguments:
        write_docs(make_table(sets))
    if not arguments:
        _print_pages(site, developed)


def _print_pages(site: Site, developed: dict[str, Score]) -> None:
    print("\nF1 per page             " + "  ".join(f"{c[:8]:>8}" for c in CATEGORIES))
    for path in gold_files():
        row = score([path], site)
        print(f"{path.stem:23} " + "  ".join(f"{row[c].f1:8.2f}" for c in CATEGORIES))
    print("\nThe worst misses (concepts most often missed on the pages developed on):")
    for category in ("target groups", "topics", "delivery"):
        missed = developed[category].missed
        concepts = Counter(line.partition(": ")[2].partition(" | ")[0] for line in missed)
        for concept, times in concepts.most_common(3):
            example = next(line for line in missed if f": {concept} |" in line)
            print(f"  {category}: {concept} ({times} ×), for example {example}")


if __name__ == "__main__":
    main(sys.argv[1:])
