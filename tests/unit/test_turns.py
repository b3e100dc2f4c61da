"""Who may ask: shares of clients, of slow queries, of the queue."""

from __future__ import annotations

import os
import threading
import time

import pytest

from publisher.answers import Limits, Question
from publisher.errors import QueryTooCostly, ServerBusy, TooManyQueries
from publisher.turns import Turns

QUESTION = Question("ASK {}", "json", "turtle")
OTHER = Question("ASK { ?s ?p ?o }", "json", "turtle")


def make(workers: int, queue: int) -> Turns:
    return Turns(Limits(timeout=60, memory=64, result_mib=1, workers=workers, queue=queue))


def test_a_client_has_half_of_the_workers() -> None:
    turns = make(4, 0)
    with turns.take("a", QUESTION), turns.take("a", OTHER):
        with pytest.raises(TooManyQueries) as caught, turns.take("a", OTHER):
            pass
        assert caught.value.retry_after == 60
        with turns.take("b", QUESTION):
            pass
    with turns.take("a", QUESTION):
        pass


def test_a_full_queue_turns_everybody_away() -> None:
    turns = make(1, 0)
    with turns.take("a", QUESTION), pytest.raises(ServerBusy) as caught, turns.take("b", QUESTION):
        pass
    assert caught.value.retry_after == 60


def test_slow_queries_share_a_quarter_of_the_workers() -> None:
    turns = make(4, 0)
    with pytest.raises(QueryTooCostly), turns.take("a", QUESTION):
        raise QueryTooCostly("too long")
    with turns.take("a", QUESTION):
        with pytest.raises(ServerBusy), turns.take("b", QUESTION):
            pass
        with turns.take("b", OTHER):
            pass


def test_who_has_nothing_running_is_first() -> None:
    turns = make(4, 8)
    order: list[str] = []

    def ask(client: str) -> None:
        with turns.take(client, OTHER):
            order.append(client)

    threads = [threading.Thread(target=ask, args=(client,)) for client in ("b", "d")]
    with turns.take("a", QUESTION), turns.take("a", OTHER), turns.take("b", QUESTION):
        with turns.take("c", QUESTION):
            for waiting, thread in enumerate(threads, 1):
                thread.start()
                deadline = time.monotonic() + 30
                while len(turns._waiting) < waiting and time.monotonic() < deadline:
                    os.sched_yield()
        for thread in threads:
            thread.join(30)
    assert order == ["d", "b"]
