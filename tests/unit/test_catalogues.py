"""Of each dataset of a catalogue the file is taken that is read best, and nothing silently left."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.catalogues import Choice, choose_files

FORMATS = {"application/n-quads": 0, "text/turtle": 1, "application/x-turtle": 1}
PREFIXES = "PREFIX dcat: <http://www.w3.org/ns/dcat#>"
IANA = "www.iana.org/assignments/media-types"


def choose(*distributions: str, dataset: str = "urn:d") -> Choice:
    listed = " ".join(f"<{dataset}> dcat:distribution [ {d} ] ." for d in distributions)
    text = f"{PREFIXES} <{dataset}> a dcat:Dataset . {listed}"
    return choose_files(ox.parse(text, format=ox.RdfFormat.TURTLE), FORMATS)


def describe(url: str, media_type: str = '"text/turtle"', more: str = "") -> str:
    return f"dcat:downloadURL <urn:{url}> ; dcat:mediaType {media_type} {more}"


@pytest.mark.parametrize(
    "media_type",
    [
        '"text/turtle"',
        '"Text/Turtle; charset=utf-8"',
        '"application/x-turtle"',
        f"<https://{IANA}/text/turtle>",
        f"<http://{IANA}/text/turtle>",
    ],
)
def test_a_media_type_may_be_written_in_many_ways(media_type: str) -> None:
    assert choose(describe("a", media_type)) == Choice(("urn:a",), ())


GZIP = f"; dcat:compressFormat <https://{IANA}/application/gzip>"
ZIP = f"; dcat:compressFormat <https://{IANA}/application/zip>"


def test_the_best_one_is_taken_and_plain_rather_than_packed() -> None:
    quads = '"application/n-quads"'
    packed = describe("packed", quads, GZIP)
    assert choose(packed, describe("turtle")).files == ("urn:turtle",)
    assert choose(packed, describe("quads", quads), describe("turtle")).files == ("urn:quads",)
    assert choose(packed, describe("quads.gz", quads)).files == ("urn:packed",)
    assert choose(describe("zip", more=ZIP), describe("d.zip"), packed).files == ("urn:packed",)


@pytest.mark.parametrize(
    ("distributions", "note"),
    [
        ((), "no file that is read here: <urn:d>"),
        ((describe("a", '"text/csv"'),), "no file that is read here: <urn:d>"),
        ((describe("a", more=ZIP),), "no file that is read here: <urn:d>"),
        (
            ('dcat:mediaType "text/turtle" ; dcat:downloadURL "https://example.org/"',),
            'no address, as dcat:downloadURL must be: "https://example.org/", of',
        ),
        (('dcat:mediaType "text/turtle" ; dcat:downloadURL []',), "no address"),
        (
            (f"{describe('a', more=ZIP)} ; dcat:downloadURL <http://a\uff0fb/d.zip>",),
            "no file that is read here",
        ),
        (("dcat:mediaType [] ; dcat:downloadURL <urn:a>",), "no file that is read here"),
    ],
)
def test_what_is_left_out_is_told(distributions: tuple[str, ...], note: str) -> None:
    choice = choose(*distributions)
    assert choice.files == ()
    assert note in " ".join(choice.notes)


def test_of_many_datasets_a_few_are_named() -> None:
    text = " ".join(f"<urn:{n}> a dcat:Dataset ." for n in range(5))
    quads = ox.parse(f"{PREFIXES} {text}", format=ox.RdfFormat.TURTLE)
    (note,) = choose_files(quads, FORMATS).notes
    assert note == "no file that is read here: <urn:0>, <urn:1>, <urn:2> and 2 more"
