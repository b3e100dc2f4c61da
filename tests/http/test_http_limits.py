"""What no query can do: hold up the others, answer by halves, call out, stay."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import select
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from rdflib import Graph, URIRef
from small_release import serve

from publisher.answers import InProcess, Limits, Question
from publisher.errors import PublisherError, QueryError, QueryTooCostly
from publisher.release import Release
from publisher.workers import WorkerPool

LIMITS = Limits(timeout=1, memory=256, result_mib=4, workers=4, queue=8)
POINT = "SELECT ?city { ?city a lc:LearningCity }"
CITY = "https://data.example.org/cities/id/city/xa/example"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
GROWTH = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))

# What a hostile client sends: to take time, or memory, or the parser's stack.
RUNAWAYS = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . "
    "?b (!<urn:x>|^!<urn:x>)* ?c . ?c (!<urn:x>|^!<urn:x>)* ?d }",
    "sort": f"SELECT * {{ {CROSS} }} ORDER BY ?l ?a",
    "regular expression": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} "
    'FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), "(.*a.*b){30}")) }',
    "growth": f'SELECT ?x40 {{ BIND("aaaaaaaa" AS ?x0) {GROWTH} }}',
    "values": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'1 ' * 300_000} }} {CROSS} }}",
}
OVERFLOWS = {
    "braces": "SELECT * {" + "{" * 3000 + "}" * 3000 + "}",
    "negations": "SELECT * { FILTER(" + "!" * 30_000 + "true) }",
}
# The keyword as a parser reads it, however it is written.
CALLS = (
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ sErViCe SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ # x\n SERVICE # y\n <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{ <{0}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ S\\u0045RVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ {{ SELECT * {{ GRAPH ?g {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }} }}",
    "PREFIX : <{0}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    "LOAD <{0}>",
)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(server: str, query: str, *, client: str = "127.0.0.1", accept: str = "*/*") -> Reply:
    return send(server, "/sparql", urlencode({"query": query}), client=client, accept=accept)


def send(
    server: str, path: str, form: str | None = None, *, client: str = "127.0.0.1", accept: str
) -> Reply:
    """Sends a request from one of the addresses of the loopback interface."""
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(
        urlsplit(server).netloc, timeout=60, source_address=(client, 0)
    )
    try:
        connection.request("POST" if form else "GET", path, body=form, headers=headers)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def limited(release: Release) -> Iterator[str]:
    with serve(release, LIMITS) as address:
        yield address


@pytest.fixture(scope="module")
def pool(release: Release) -> Iterator[WorkerPool]:
    pool = WorkerPool(release.path, LIMITS)
    yield pool
    pool.close()


def test_others_are_answered_while_queries_run_away(limited: str) -> None:
    queries = [*RUNAWAYS.values(), *OVERFLOWS.values()]
    with ThreadPoolExecutor(len(queries)) as threads:
        running = [
            threads.submit(ask, limited, query, client=f"127.0.0.{2 + number % 2}")
            for number, query in enumerate(queries)
        ]
        answered = 0
        while not answered or not all(future.done() for future in running):
            point = ask(limited, POINT, accept="text/csv")
            assert (point.status, point.body.decode().split()) == (200, ["city", CITY])
            page = send(limited, "/doc/city/xa/example", accept="text/turtle")
            assert page.status == 200
            subjects = set(Graph().parse(data=page.body, format="turtle").subjects())
            assert URIRef(CITY) in subjects
            answered += 1
    for future in running:
        reply = future.result()
        problem = json.loads(reply.body)
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.status in (400, 503)  # where time is up first, an overflow is 503
        assert problem["status"] == reply.status
        assert problem["detail"]


@pytest.mark.parametrize("query", RUNAWAYS.values(), ids=RUNAWAYS)
def test_each_runaway_is_ended(pool: WorkerPool, query: str) -> None:
    with pytest.raises(QueryTooCostly) as caught:
        pool.answer(Question(query, "json", "turtle"), "x")
    assert caught.value.limit in ("query_timeout", "query_memory")


@pytest.mark.parametrize("query", ["ASK {}", RUNAWAYS["values"]], ids=["small", "large"])
def test_a_worker_that_stands_still_keeps_nobody_beyond_the_limit(
    release: Release, query: str
) -> None:
    with closing(WorkerPool(release.path, dataclasses.replace(LIMITS, workers=1))) as pool:
        (worker,) = pool._idle
        assert worker is not None
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(QueryTooCostly) as caught:
            pool.answer(Question(query, "json", "turtle"), "x")
        assert caught.value.limit == "query_timeout"
        assert b"true" in pool.answer(Question("ASK {}", "json", "turtle"), "x").body


def test_time_that_passed_before_the_query_was_read_is_over(pool: WorkerPool) -> None:
    question = Question(RUNAWAYS["cross product"] + "# late", "json", "turtle", seconds=0.0)
    with pytest.raises(QueryTooCostly) as caught:
        pool.answer(question, "x")
    assert caught.value.limit == "query_timeout"


def test_values_without_an_order_are_ordered_by_kind(limited: str) -> None:
    values = " ".join(f'{n} "{n}x"' for n in range(1, 40))  # the engine ends itself over these
    query = f"SELECT ?v {{ VALUES ?v {{ {values} }} }} ORDER BY ?v"
    for _ in range(5):  # more often than there are workers
        reply = ask(limited, query, accept="text/csv")
        assert reply.status == 200
        rows = reply.body.decode().split()[1:]
        numbers = range(1, 40)
        assert rows == [str(n) for n in numbers] + sorted(f"{n}x" for n in numbers)


def test_everything_can_be_ordered(limited: str, release: Release) -> None:
    query = "SELECT (COUNT(*) AS ?n) { { SELECT ?o { ?s ?p ?o } ORDER BY ?o } }"
    reply = ask(limited, query, accept="text/csv")
    assert reply.status == 200
    ((total,),) = release.store().query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert reply.body.decode().split() == ["n", total.value]


@pytest.mark.parametrize("query", OVERFLOWS.values(), ids=OVERFLOWS)
def test_too_deep_a_query_is_an_error(pool: WorkerPool, query: str) -> None:
    with pytest.raises(QueryError, match="deep") as caught:
        pool.answer(Question(query, "json", "turtle"), "x")
    assert not isinstance(caught.value, QueryTooCostly)


def test_many_slow_queries_hold_up_no_short_one(limited: str) -> None:
    """Of one client, which might be a proxy of many."""
    queries = [f"{RUNAWAYS['cross product']} # {n}" for n in range(5)]
    with ThreadPoolExecutor(len(queries)) as threads:
        replies = [threads.submit(ask, limited, query, client="127.0.0.6") for query in queries]
        answered = 0
        while not answered or not all(reply.done() for reply in replies):
            assert ask(limited, POINT, client="127.0.0.6").status == 200
            answered += 1
    assert answered > len(queries)
    problems = [future.result() for future in replies]
    assert {reply.status for reply in problems} == {503}
    # Some were stopped; for the others no turn came (`Retry-After`), or one in the last moment.
    assert not all("Retry-After" in reply.headers for reply in problems)


def test_too_many_at_a_time_are_told_to_come_back(limited: str) -> None:
    queries = [f"{RUNAWAYS['cross product']} # {n}" for n in range(12)]
    with ThreadPoolExecutor(len(queries)) as threads:
        replies = list(threads.map(lambda q: ask(limited, q, client="127.0.0.4"), queries))
    refused = [reply for reply in replies if reply.status == 429]
    assert len(refused) >= 4
    assert {reply.status for reply in replies} == {429, 503}
    assert all(reply.headers["Retry-After"] == "1" for reply in refused)
    assert all(json.loads(reply.body)["remedy"] for reply in replies)


def test_browser_is_told_on_a_page(limited: str) -> None:
    reply = ask(limited, RUNAWAYS["cross product"], accept="text/html")
    assert (reply.status, reply.headers.get_content_type()) == (503, "text/html")
    assert b"takes longer than 1 s" in reply.body


def test_too_large_an_answer_is_413_and_one_that_fits_is_whole(limited: str) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT "
    reply = ask(limited, query + "100000")
    assert (reply.status, json.loads(reply.body)["limit"]) == (413, "query_result_mib")
    reply = ask(limited, query + "6000")
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == len(reply.body) > 1 << 20
    assert len(json.loads(reply.body)["results"]["bindings"]) == 6000


def test_no_query_calls_another_server(limited: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for call in CALLS:
            reply = ask(limited, call.format(address))
            assert reply.status == 403, call
        with pytest.raises(BlockingIOError):  # nobody has knocked
            listener.accept()
    harmless = ask(limited, 'ASK { BIND("SERVICE <http://x/>" AS ?service) } # SERVICE <http://y/>')
    assert json.loads(harmless.body)["boolean"] is True


def test_client_that_hangs_up_costs_one_query(limited: str) -> None:
    host, port = urlsplit(limited).hostname, urlsplit(limited).port
    query = quote_plus(RUNAWAYS["cross product"] + "# unheard")
    for _ in range(4):
        with socket.create_connection((host, port), timeout=60) as connection:
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert ask(limited, POINT, client="127.0.0.5").status == 200


@pytest.mark.parametrize("round_name", ["first", "second"])
def test_every_worker_that_ended_is_replaced(pool: WorkerPool, round_name: str) -> None:
    """As many queries as there are workers run at once, each for a client of its own."""
    together = threading.Barrier(LIMITS.workers)

    def run_away(client: str) -> None:
        query = f"{RUNAWAYS['cross product']} # {round_name} {client}"
        together.wait(30)
        with pytest.raises(QueryTooCostly):
            pool.answer(Question(query, "json", "turtle"), client)

    with ThreadPoolExecutor(LIMITS.workers) as threads:
        list(threads.map(run_away, map(str, range(LIMITS.workers))))
    assert b"true" in pool.answer(Question("ASK {}", "json", "turtle"), "x").body


def test_a_worker_and_a_nursery_ended_by_others_are_replaced(pool: WorkerPool) -> None:
    ended = []
    for worker in pool._idle:
        assert worker is not None
        ended.append(os.pidfd_open(worker.pid))
        os.kill(worker.pid, signal.SIGKILL)
    pool._nursery._process.kill()
    for handle in ended:
        assert select.select([handle], [], [], 30)[0]
        os.close(handle)
    for _ in range(LIMITS.workers):
        assert b"true" in pool.answer(Question("ASK {}", "json", "turtle"), "x").body


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv", "html"])
@pytest.mark.parametrize(
    "query",
    [
        POINT,
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?n ?p",
        "SELECT ?s ?label { ?s rdfs:label|skos:prefLabel ?label } ORDER BY ?s ?label",
        "SELECT (<urn:a> AS ?i) ('x'@ar AS ?t) (1.50 AS ?d) (?u AS ?unbound) {}",
        "ASK { GRAPH ?g { ?s a lc:CityProfile } }",
    ],
)
def test_workers_answer_as_the_process_would(
    pool: WorkerPool, release: Release, query: str, name: str
) -> None:
    question = Question(query, name, "")
    assert pool.answer(question, "x") == InProcess(release, LIMITS).answer(question, "x")


@pytest.mark.parametrize("name", ["turtle", "ntriples", "jsonld", "rdfxml"])
def test_workers_write_graphs_as_the_process_would(
    pool: WorkerPool, release: Release, name: str
) -> None:
    question = Question(f"DESCRIBE <{CITY}>", "", name)
    answer = pool.answer(question, "x")
    assert answer.is_graph
    assert answer == InProcess(release, LIMITS).answer(question, "x")


@pytest.mark.parametrize(
    "query", ["SELECT * {", "DROP ALL", "SELECT * { ?s ?p ?o FILTER(<u:f>(1)) }"]
)
def test_workers_fail_as_the_process_would(pool: WorkerPool, release: Release, query: str) -> None:
    def fail(answerer: WorkerPool | InProcess) -> PublisherError:
        with pytest.raises(PublisherError) as caught:
            answerer.answer(Question(query, "json", "turtle"), "x")
        return caught.value

    ours, theirs = fail(pool), fail(InProcess(release, LIMITS))
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
