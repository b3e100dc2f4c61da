"""Each process that serves keeps to a core of its own, as long as there is one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

_CLAIM = """
import json, os, pathlib, sys
from publisher.cores import keep_to_one_core
keep_to_one_core(pathlib.Path(sys.argv[1]))
print(json.dumps(sorted(os.sched_getaffinity(0))), flush=True)
sys.stdin.read()
"""


class _Claimants:
    """Processes that keep to a core until they are told to end."""

    def __init__(self, claims: Path, stack: ExitStack) -> None:
        self._claims = claims
        self._stack = stack

    def start(self) -> tuple[subprocess.Popen[str], list[int]]:
        """Returns a new one, and the cores that it may use."""
        command = [sys.executable, "-c", _CLAIM, str(self._claims)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._stack.enter_context(process)
        assert process.stdin is not None
        self._stack.callback(process.stdin.close)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())


@pytest.fixture
def claimants(tmp_path: Path) -> Iterator[_Claimants]:
    claims = tmp_path / "claims"
    claims.touch()
    with ExitStack() as stack:
        yield _Claimants(claims, stack)


def test_each_has_a_core_of_its_own_and_one_too_many_has_all(claimants: _Claimants) -> None:
    cores = sorted(os.sched_getaffinity(0))
    kept = [claimants.start()[1] for _ in cores]
    assert kept == [[core] for core in cores]
    assert claimants.start()[1] == cores


def test_the_core_of_a_process_that_ended_is_free(claimants: _Claimants) -> None:
    process, kept = claimants.start()
    process.communicate("")
    assert claimants.start()[1] == kept
