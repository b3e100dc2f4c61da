"""A build that takes what it can from the one before gives the bytes of one that makes all anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_site import PAGE, SOURCES, open_site, write_site

import publisher
from publisher.build import build_release
from publisher.conversion import count_new_pages
from publisher.memo import Memo
from publisher.release import CACHE, open_release


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two pages with its release; tests change copies of it."""
    root = write_site(tmp_path_factory.mktemp("built") / "site")
    other = PAGE.replace("Bergdorf", "Seedorf")
    (root / "data/profiles/seedorf.txt").write_text(other, encoding="utf-8")
    row = "seedorf.txt,https://example.org/seedorf,,,en,own-words,2020-05-01,2021-06-02\n"
    (root / "data/profiles/sources.csv").write_text(SOURCES + row, encoding="utf-8")
    build_release(open_site(root), root / "build")
    return root


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "site", symlinks=True)


def _read(out: Path) -> tuple[dict[str, bytes], set[str]]:
    """Every file of a release, and what its store holds, whose files are the engine's own."""
    release = open_release(out)
    paths = [p for p in release.path.rglob("*") if p.is_file() and p.parent.name != "store"]
    files = {p.relative_to(release.path).as_posix(): p.read_bytes() for p in paths}
    return files, set(map(str, release.stored().quads()))


def _replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        text = (site / path).read_text(encoding="utf-8")
        assert old in text
        (site / path).write_text(text.replace(old, new), encoding="utf-8")

    return change


def _append(path: str, text: str) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        with (site / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def _remove_page(site: Path) -> None:
    (site / "data/profiles/seedorf.txt").unlink()
    (site / "data/profiles/sources.csv").write_text(SOURCES, encoding="utf-8")


def _withdraw(site: Path) -> None:
    (site / "data/withdrawn.csv").write_text(
        "path,date,reason,replaced_by\ncity/ch/adorf,2021-05-01,It was never a member.,\n"
    )


def _write_table(site: Path) -> None:
    (site / "data/network").mkdir()
    (site / "data/network/members.csv").write_text(
        "city,aliases,country,iso3,kind,year_joined,certainty,source_url,note\n"
        "Neudorf,,Switzerland,CHE,,2019,stated,https://example.org/m,\n"
    )


_TERM = '\nlc:Bench a owl:Class ; rdfs:label "Bench"@en ; rdfs:comment "To sit on."@en .\n'
CHANGES = {
    "a page": _replace("data/profiles/bergdorf.txt", "12,345", "54,321"),
    "what sources.csv says": _replace("data/profiles/sources.csv", "2021-06-02", "2022-07-03"),
    "a page less": _remove_page,
    "the ontology": _append("ontology/learning-city.ttl", _TERM),
    "the vocabulary": _replace("ontology/concepts/organization-types.ttl", "ollege", "olleague"),
    "a shape": _replace("shapes/recommended.ttl", "sh:severity sh:Warning", "sh:severity sh:Info"),
    "a table": _write_table,
    "the JSON-LD context": _replace(
        "ontology/context.jsonld", '"@context": {', '"@context": {"zz": "https://zz.example/",'
    ),
    "a setting": _append("data/site.toml", 'title = "Towns that learn"\n'),
    "the base": _replace("data/site.toml", "data.example.org", "elsewhere.example.org"),
    "a withdrawn thing": _withdraw,
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("changed", CHANGES)
def test_after_a_change_the_release_is_that_of_a_full_build(site: Path, changed: str) -> None:
    before = _read(site / "build")
    CHANGES[changed](site)
    build_release(open_site(site), site / "build", allow_violations=True)
    build_release(open_site(site), site / "elsewhere", allow_violations=True)
    assert _read(site / "build") == _read(site / "elsewhere")
    assert (_read(site / "build") == before) == (changed == "nothing")


def test_a_release_that_nothing_changed_stays_where_it_is(site: Path) -> None:
    release = (site / "build/current").resolve()
    inode = release.stat().st_ino
    manifest = build_release(open_site(site), site / "build")
    assert manifest == open_release(site / "build").manifest
    assert (site / "build/current").resolve() == release
    assert release.stat().st_ino == inode


def _edit(release: Path) -> None:
    with (release / "report.txt").open("a", encoding="utf-8") as file:
        file.write("All is well.\n")


def _point_elsewhere(release: Path) -> None:
    current = release.parents[1] / "current"
    current.unlink()
    current.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda site: None, 0),
        (_append("data/profiles/bergdorf.txt", "One more sentence.\n"), 1),
        (_append("ontology/concepts/themes.ttl", "# A remark.\n"), 2),
        (_append("shapes/learning-city.ttl", "# A remark.\n"), 0),
    ],
    ids=["nothing", "a page", "the vocabulary", "shapes"],
)
def test_pages_are_new_if_they_or_what_they_are_read_with_changed(
    site: Path, change: Callable[[Path], None], number: int
) -> None:
    change(site)
    assert count_new_pages(open_site(site), Memo(site / "build" / CACHE)) == number


DAMAGES = {
    "a file changed": _edit,
    "a file is missing": lambda release: (release / "dumps/SHA256SUMS").unlink(),
    "a file is too many": lambda release: (release / "report.old").write_text("Old."),
    "the manifest cannot be read": lambda release: (release / "manifest.json").write_text("{"),
    "the release is gone": shutil.rmtree,
    "another one is current": _point_elsewhere,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_release_is_built_again_though_nothing_changed(site: Path, damage: str) -> None:
    before = _read(site / "build")
    DAMAGES[damage]((site / "build/current").resolve())
    build_release(open_site(site), site / "build")
    assert _read(site / "build") == before


def test_what_is_damaged_is_made_again(site: Path) -> None:
    before = _read(site / "build")
    kept = sorted((site / "build" / CACHE).iterdir())
    for number, path in enumerate(kept):
        data = path.read_bytes()
        damaged = (data[:-1], b"", data.replace(b"Bergdorf", b"Bergdoof") + b" ", data[::-1])
        path.write_bytes(damaged[number % len(damaged)])
    build_release(open_site(site), site / "build")
    assert _read(site / "build") == before
    assert sorted((site / "build" / CACHE).iterdir()) == kept


def test_only_what_the_last_build_used_is_kept(site: Path) -> None:
    first = {path.name for path in (site / "build" / CACHE).iterdir()}
    CHANGES["a page"](site)
    build_release(open_site(site), site / "build")
    second = {path.name for path in (site / "build" / CACHE).iterdir()}
    assert first & second
    assert len(first) == len(second)


def test_one_changed_page_is_the_only_one_converted_and_validated(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CHANGES["a page"](site)
    opened = open_site(site)
    names = []
    convert = opened.convert
    monkeypatch.setattr(opened, "convert", lambda *page: names.append(page[1]) or convert(*page))
    build_release(opened, site / "build")
    assert names == ["data/profiles/bergdorf.txt"]


def test_an_edit_of_the_code_makes_all_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = Memo(tmp_path / "cache")
    memo.recall("step", ("input",), lambda: "old")
    memo.save()
    assert Memo(tmp_path / "cache").recall("step", ("input",), lambda: "new") == "old"
    copy = shutil.copytree(Path(publisher.__file__).parent, tmp_path / "publisher")
    monkeypatch.setattr(publisher, "__file__", str(copy / "__init__.py"))
    assert Memo(tmp_path / "cache").recall("step", ("input",), lambda: "new") == "old"
    with (copy / "tables" / "cities.rq").open("a") as file:
        file.write("# edited\n")
    assert Memo(tmp_path / "cache").recall("step", ("input",), lambda: "new") == "new"
