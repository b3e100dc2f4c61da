"""No query reaches another machine, however it is written; and none is refused for a word."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.errors import QueryError, QueryRefused
from publisher.query_text import QueryResults
from publisher.store import EmbeddedStore

EX = "https://example.org/"
QUADS = [
    ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "p"), ox.NamedNode(EX + "b"), graph)
    for graph in (ox.NamedNode(EX + "g"), ox.NamedNode(EX + "h"))
]
THOROUGH = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Listener:
    """A server on this machine; it hangs up on whoever calls, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(1) == b"!":
                    return
                # Counted before the caller hears anything, so nobody can be missed.
                self.calls += 1

    def close(self) -> None:
        host, port = self._socket.getsockname()
        with socket.create_connection((host, port)) as connection:
            connection.sendall(b"!")
        self._thread.join()
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def engine() -> ox.Store:
    store = ox.Store()
    store.extend(QUADS)
    return store


@pytest.fixture(scope="module")
def store(engine: ox.Store) -> EmbeddedStore:
    return EmbeddedStore(engine)


def read_all(results: QueryResults) -> list[str]:
    """Evaluates a query to its end: the engine works while results are read."""
    if isinstance(results, ox.QueryBoolean):
        return [str(bool(results))]
    return sorted(str(result) for result in results)


# Where a pattern that calls away can stand: CALL. ADDRESS is who would be called.
PLACES = (
    "SELECT * { CALL }",
    "ASK { CALL }",
    "CONSTRUCT { ?s ?p ?o } WHERE { CALL }",
    "DESCRIBE ?s { CALL }",
    "DESCRIBE * { CALL }",
    "SELECT (COUNT(*) AS ?n) { CALL } GROUP BY ?s HAVING(COUNT(*) > 0)",
    "SELECT * { ?s ?p ?o OPTIONAL { CALL } }",
    "SELECT * { ?s ?p ?o MINUS { CALL } }",
    "SELECT * { { ?s ?p ?o } UNION { CALL } }",
    "SELECT * { GRAPH ?g { CALL } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { CALL } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { CALL } }",
    "SELECT * { ?s ?p ?o BIND(EXISTS { CALL } AS ?e) }",
    "SELECT (EXISTS { CALL } AS ?e) { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } ORDER BY EXISTS { CALL }",
    "SELECT * { { SELECT * { { SELECT * { CALL } } } } }",
    "SELECT * { ?s ?p ?o . CALL } VALUES ?s { <ADDRESS> }",
    "SELECT * { { { { CALL } } } }",
    "SELECT * { ?s ?p 1CALL }",
    "SELECT * { ?s ?p trueCALL }",
    "SELECT * { ?s ?p 'x'CALL }",
    "SELECT * { ?s ?p [] CALL }",
    "SELECT * { ?s ?p ?o;CALL }",
    'SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>"""\n) CALL #"""\n}',
)
HARMLESS_SPACE = (" ", "\t", "\n", "\r\n", "\r", " # x\n", "#SELECT\r", "\n#\n\n")
ODD_SPACE = ("", "\f", "\v", "\u00a0", "\u200b", "\u2028", "\ufeff", "\\u0020", "/**/")
TARGETS = ("<ADDRESS>", "<ESCAPED>", "?x", "$x", ":x", "evil:", "_:b", "service:x", "SERVICE:x")
PROLOGUES = (
    "",
    "BASE <ADDRESS> ",
    "PREFIX service: <ADDRESS> ",
    "PREFIX trueservice: <ADDRESS> PREFIX truezzzzzzz: <ADDRESS> PREFIX truezervice: <ADDRESS> ",
    "# SELECT * { }\n",
)


def escape(letter: str, style: int) -> str:
    code = ord(letter)
    return (letter.lower(), letter.upper(), f"\\u{code:04x}", f"\\U{code:08X}")[style]


def spell(word: str, styles: int = 4) -> st.SearchStrategy[str]:
    """The word in every mixture of cases, and of escapes if there are four styles."""
    letters = [st.sampled_from([escape(c, style) for style in range(styles)]) for c in word]
    return st.tuples(*letters).map("".join)


@st.composite
def draw_calls(draw: st.DrawFn, *, odd: bool) -> str:
    """A query that calls ADDRESS; an odd one may be no SPARQL at all."""
    spaces = st.sampled_from(HARMLESS_SPACE + (ODD_SPACE if odd else ()))
    targets = st.sampled_from(TARGETS if odd else TARGETS[:6])
    keyword = draw(spell("SERVICE", 4 if odd else 2))
    silent = draw(st.just("") | spell("SILENT", 4 if odd else 2).map(lambda word: f" {word} "))
    call = keyword + draw(spaces) + silent + draw(targets) + draw(spaces) + "{ ?s ?p ?o }"
    declared = "PREFIX : <ADDRESS> PREFIX evil: <ADDRESS> "
    values = " VALUES ?x { <ADDRESS> } " if draw(st.booleans()) else ""
    place = draw(st.sampled_from(PLACES))
    return draw(st.sampled_from(PROLOGUES)) + declared + place.replace("CALL", values + call)


def fill(query: str, address: str) -> str:
    escaped = f"\\u{ord(address[0]):04x}{address[1:]}"
    return query.replace("ADDRESS", address).replace("ESCAPED", escaped)


def test_the_engine_itself_would_call(engine: ox.Store, listener: Listener) -> None:
    before = listener.calls
    read_all(engine.query(f"SELECT * {{ SERVICE SILENT <{listener.address}> {{ ?s ?p ?o }} }}"))
    assert listener.calls == before + 1


@THOROUGH
@given(draw_calls(odd=False))
def test_a_call_is_refused_however_it_is_spelt(
    store: EmbeddedStore, listener: Listener, query: str
) -> None:
    before = listener.calls
    with pytest.raises(QueryRefused, match="other servers"):
        read_all(store.query(fill(query, listener.address)))
    assert listener.calls == before


@THOROUGH
@given(draw_calls(odd=True))
def test_no_disguise_gets_through(store: EmbeddedStore, listener: Listener, query: str) -> None:
    before = listener.calls
    with contextlib.suppress(QueryError):  # that it calls away, or that nobody can read it
        read_all(store.query(fill(query, listener.address)))
    assert listener.calls == before


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX trueservice: <ADDRESS> PREFIX : <ADDRESS> SELECT * { ?s ?p trueSERVICE:x { } }",
        "PREFIX truezzzzzzz: <ADDRESS> PREFIX : <ADDRESS> SELECT * { ?s ?p trueSERVICE:x { } }",
        "PREFIX truezervice: <ADDRESS> PREFIX : <ADDRESS> SELECT * { ?s ?p trueSERVICE:x { } }",
        "PREFIX : <ADDRESS> SELECT * { ?s ?p 1SERVICESILENT:x { } }",
        "SELECT * { SERVICE\u00a0<ADDRESS> { } }",
        "CONSTRUCT WHERE { SERVICE <ADDRESS> { ?s ?p ?o } }",
        "SELECT * { SERVICE <ADDRESS> { ?s ?p ?o }",
    ],
)
def test_known_disguises_are_told_what_they_are(
    store: EmbeddedStore, listener: Listener, query: str
) -> None:
    before = listener.calls
    with pytest.raises(QueryRefused, match="other servers"):
        read_all(store.query(fill(query, listener.address)))
    assert listener.calls == before


def test_a_text_with_every_other_word_is_not_run(store: EmbeddedStore, listener: Listener) -> None:
    words = " ".join(letter + "service"[1:] for letter in "abcdefghijklmnopqrtuvwxyz")
    query = f"PREFIX : <{listener.address}> ASK {{ ?s ?p 1SERVICE:x {{}} }} # {words}"
    before = listener.calls
    with pytest.raises(QueryError):
        read_all(store.query(query))
    assert listener.calls == before


# Where the word is only a word.
WORDS = (
    "SELECT * { ?s ?p ?o FILTER(STR(?o) != 'WORD') }",
    'SELECT * { ?s ?p ?o FILTER(STR(?o) != "WORD <x> {") }',
    "SELECT * { ?s ?p ?o FILTER(STR(?o) != '''\n'WORD''') }",
    'SELECT * { ?s ?p ?o FILTER(STR(?o) != """\n\\"WORD""") }',
    "SELECT * { ?s ?p ?o } # WORD <http://127.0.0.1:9/> { }",
    "SELECT * { ?s ?p ?o #WORD\n }",
    "SELECT * { ?s ?p ?o FILTER(?o != <http://127.0.0.1:9/WORD>) }",
    "SELECT * { ?s ?p ?o FILTER(?o != <urn:WORD:x>) }",
    "BASE <urn:WORD/> SELECT (<WORD> AS ?a) { }",
    "PREFIX WORD: <urn:x> SELECT (WORD:a AS ?a) (WORD: AS ?b) { }",
    "PREFIX xWORD: <urn:x> SELECT (xWORD:a AS ?a) { }",
    "PREFIX ex: <urn:x> SELECT (ex:WORD AS ?a) { ?s ?p ?o }",
    "PREFIX : <urn:x> SELECT (:WORD AS ?a) { ?s ?p ?o }",
    "SELECT ?WORD { ?WORD ?p ?o }",
    "SELECT $sWORD { ?sWORD ?p ?WORDs }",
    "SELECT (1 AS ?WORD) (2 AS ?sErViCe_) (3 AS ?zervice) { }",
    "SELECT ('x'@WORD AS ?a) { }",
    "SELECT ('x'@en-WORD AS ?a) { }",
    "SELECT * { _:WORD ?p ?o }",
    "CONSTRUCT { ?s <urn:WORD> 'WORD' } WHERE { ?s ?p ?o }",
    "ASK { ?WORD ?p ?o }",
)


@THOROUGH
@given(st.sampled_from(WORDS), spell("SERVICE", 2))
def test_the_word_is_free_where_it_calls_nobody(
    engine: ox.Store, store: EmbeddedStore, place: str, word: str
) -> None:
    query = place.replace("WORD", word)
    expected = read_all(engine.query(query, use_default_graph_as_union=True))
    assert expected
    assert read_all(store.query(query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (1 AS ?service) (2 AS ?Service) (3 AS ?SERVICE) (4 AS ?zzzzzzz) { }",
        "PREFIX service: <u:a> PREFIX Service: <u:b> SELECT (service: AS ?a) (Service: AS ?b) {}",
    ],
)
def test_names_that_differ_in_case_stay_apart(
    engine: ox.Store, store: EmbeddedStore, query: str
) -> None:
    expected = read_all(engine.query(query, use_default_graph_as_union=True))
    assert read_all(store.query(query)) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?service WHERE { ?s ?p ?service", "near"),
        ("SELECT * { ?s ?p ?service ?o }", "near"),
        ("SELECT * { ?s servicecat:x ?o }", "prefix servicecat: is not declared"),
        ("SELECT * { servicecat:x ?p ?o }", "prefix servicecat: is not declared"),
        ("SELECT * { ?s ?p 'service' . ) }", "near"),
        ("SELECT * { \u017fervice <urn:x> { } }", "near"),
    ],
)
def test_a_mistake_beside_the_word_is_a_mistake(
    store: EmbeddedStore, query: str, message: str
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        store.query(query)
    assert not isinstance(caught.value, QueryRefused)


UPDATES = (
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE DATA { <EX/a> <EX/p> <EX/b> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } USING <EX/g> WHERE { ?s ?p ?o }",
    "WITH <EX/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <ADDRESS>",
    "LOAD SILENT <ADDRESS> INTO GRAPH <urn:g>",
    "CLEAR ALL",
    "CLEAR SILENT GRAPH <EX/g>",
    "DROP NAMED",
    "CREATE GRAPH <urn:g>",
    "ADD <EX/g> TO DEFAULT",
    "MOVE <EX/g> TO <EX/h>",
    "COPY <EX/g> TO <EX/h>",
)
BEFORE = ("", "# SELECT\n", "BASE <urn:select> ", "PREFIX select: <urn:select/> ", "\n\t")


@THOROUGH
@given(st.sampled_from(UPDATES), st.sampled_from(BEFORE), st.integers(0, 3))
def test_every_update_is_refused(
    store: EmbeddedStore, listener: Listener, update: str, before: str, style: int
) -> None:
    calls = listener.calls
    verb, _, rest = update.replace("EX/", EX).replace("ADDRESS", listener.address).partition(" ")
    spelt = "".join(escape(letter, style) for letter in verb)
    with pytest.raises(QueryRefused, match="no updates"):
        store.query(f"{before}{spelt} {rest}")
    assert store.count() == len(QUADS)
    assert listener.calls == calls


@pytest.mark.parametrize(
    "query",
    ["SELECT * FROM { ?s ?p ?o }", "ASK FROM { ?s ?p ?o }", "CONSTRUCT FROM WHERE { ?s ?p ?o }"],
)
@pytest.mark.parametrize(
    "clause", ["FROM <EX/none>", "FROM<EX/none>", "from :none", "FROM:none", "FROM NAMED<EX/g>"]
)
def test_a_query_chooses_its_graphs_without_space(
    engine: ox.Store, store: EmbeddedStore, query: str, clause: str
) -> None:
    """With the union switched on, the engine would pass over the clause."""
    text = f"PREFIX : <{EX}> " + query.replace("FROM", clause).replace("EX/", EX)
    assert read_all(store.query(text)) == read_all(engine.query(text))
    assert read_all(store.query(text)) in ([], ["False"])
