"""Who may ask: the shares of clients, and of the queue."""

from __future__ import annotations

import os
import threading
import time

import pytest

from publisher.errors import ServerBusy, TooManyQueries
from publisher.turns import Turns


def make(places: int, queue: int) -> Turns:
    return Turns(places, queue, retry_after=60)


def soon() -> float:
    return time.monotonic() + 60


def test_a_client_has_half_of_the_places() -> None:
    turns = make(4, 0)
    with turns.take("a", soon()), turns.take("a", soon()):
        with pytest.raises(TooManyQueries) as caught, turns.take("a", soon()):
            pass
        assert caught.value.retry_after == 60
        with turns.take("b", soon()):
            pass
    with turns.take("a", soon()):
        pass


def test_a_full_queue_turns_everybody_away() -> None:
    turns = make(1, 0)
    with turns.take("a", soon()), pytest.raises(ServerBusy) as caught, turns.take("b", soon()):
        pass
    assert caught.value.retry_after == 60


def test_who_waits_beyond_the_deadline_is_turned_away_and_forgotten() -> None:
    turns = make(1, 1)
    waited: list[str] = []
    with turns.take("a", soon()):
        for _ in range(2):
            with (
                pytest.raises(ServerBusy),
                turns.take("b", time.monotonic(), on_wait=lambda: waited.append("b")),
            ):
                pass
    assert waited == ["b", "b"]
    with turns.take("b", soon(), on_wait=lambda: waited.append("again")):
        pass
    assert waited == ["b", "b"]


def test_who_has_nothing_running_is_first() -> None:
    turns = make(4, 8)
    order: list[str] = []

    def ask(client: str) -> None:
        with turns.take(client, soon()):
            order.append(client)

    threads = [threading.Thread(target=ask, args=(client,)) for client in ("b", "d")]
    with turns.take("a", soon()), turns.take("a", soon()), turns.take("b", soon()):
        with turns.take("c", soon()):
            for waiting, thread in enumerate(threads, 1):
                thread.start()
                deadline = time.monotonic() + 30
                while len(turns._waiting) < waiting and time.monotonic() < deadline:
                    os.sched_yield()
        for thread in threads:
            thread.join(30)
    assert order == ["d", "b"]
