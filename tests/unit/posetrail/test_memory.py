"""One heap for all threads, and freed memory given back, where the C library is glibc."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from posetrail.memory import give_back, share_one_heap

HEAPS = """
import ctypes, sys
from threading import Barrier, Thread
from posetrail.memory import share_one_heap
if sys.argv[1] == "one":
    share_one_heap()
together = Barrier(4)
def hold():
    together.wait()
    kept = [bytearray(5000) for _ in range(100)]
    together.wait()
threads = [Thread(target=hold) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
ctypes.CDLL(None).malloc_stats()
"""

has_glibc = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_stats")


def heaps(word: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", HEAPS, word], env={}, capture_output=True, text=True, check=True
    )
    return done.stderr.count("Arena")


@pytest.mark.skipif(not has_glibc, reason="heaps are counted by glibc")
def test_threads_share_one_heap() -> None:
    assert heaps("many") > 1
    assert heaps("one") == 1


def test_nothing_happens_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(ctypes, "CDLL")
    share_one_heap()
    give_back()
