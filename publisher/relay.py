"""Answers public queries through an engine, with the limits of those answered here."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from typing import BinaryIO

from publisher.answers import Answer, Answerer, Question, Spool, evaluate
from publisher.engine import Engine
from publisher.errors import QueryError
from publisher.release import Release
from publisher.turns import Turns

# Larger ones keep engines busy before their clock starts; Virtuoso 7.2 ends over some.
_MOST_CHARACTERS = 50_000


class Relay:
    """Puts public queries to an engine, in turns, once `checker` has read them.

    The checker answers from an empty store, in processes that may be ended: what
    it refuses or cannot read never leaves this machine, and is told in its words.
    """

    endpoints: Sequence[str] = ()

    def __init__(self, release: Release, engine: Engine, checker: Answerer) -> None:
        self.limits = checker.limits
        self._engine = engine
        self._checker = checker
        self._context = release.jsonld_context()
        limits = self.limits
        self._turns = Turns(limits.workers, limits.queue, retry_after=limits.timeout)

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            ServerBusy: not now.
            StoreError: the engine does not answer.
        """
        if len(question.query) > _MOST_CHARACTERS:
            raise QueryError(
                f"the query is longer than {_MOST_CHARACTERS} characters",
                remedy="ask in several queries, or take a dump of the dataset",
            )
        deadline = question.find_deadline(self.limits)
        with self._turns.take(client, deadline):
            checked = self._checker.answer(question, client)
            if checked.file is not None:
                checked.file.close()
            name = question.graph_format if checked.is_graph else question.result_format
            if not name:  # nobody wants to read it
                return checked
            spool = Spool(_open_file, self.limits.result_mib)
            engine = self._engine.within(max(0.0, deadline - time.monotonic()))
            return evaluate(engine, self._context, question, spool)


def _open_file() -> BinaryIO:
    return tempfile.TemporaryFile(buffering=0)
