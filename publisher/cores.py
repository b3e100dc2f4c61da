"""Which core of the machine a server process keeps to.

A query goes from thread to thread and to another process and back. On one core each of
these steps takes a tenth of the time that waking another core takes.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def keep_to_one_core(claims: Path) -> None:
    """Binds this process, and those it starts, to a core that no other process has claimed.

    Args:
        claims: a file to write to, the same for all processes that share the cores; a claim is
            a lock on one byte of it, and ends with its process.
    """
    handle = os.open(claims, os.O_RDWR)  # stays open: closing it would end the claim
    for core in sorted(os.sched_getaffinity(0)):
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, core)
        except OSError:
            continue
        os.sched_setaffinity(0, {core})
        return
