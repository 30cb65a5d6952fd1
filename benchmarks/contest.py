"""Contestants in processes of their own, measured in turn on the same video."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

from posetrail.bench.statistics import alternate

ROOT = Path(__file__).resolve().parents[1]
#: No contestant may take longer to answer: a peer that hangs is a peer that failed.
PATIENCE_S = 120.0
#: Frames of the first run, which warms up and tells how many frames fill a measurement.
WARM_FRAMES = 4
FEWEST, MOST = 3, 2000


class PeerError(Exception):
    """A contestant cannot take part."""


@dataclass(frozen=True)
class Contestant:
    """Who takes part.

    Parameters
    ----------
    name : str
        As the table names it.
    module : str
        A file of benchmarks/contestants.
    options : mapping
        For its `prepare`.
    """

    name: str
    module: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Contest:
    """What came out.

    Parameters
    ----------
    rates : dict of str to list of float
        Frames per second of each contestant, by round.
    versions : dict of str to str
        What each ran on.
    missing : dict of str to str
        Why others could not take part.
    """

    rates: dict[str, list[float]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


class Worker:
    """A contestant's process.

    Parameters
    ----------
    contestant : Contestant
        Who.
    python : str
        The interpreter that has what it needs.
    clip, folder : Path
        The video, and a place for its files.
    """

    def __init__(self, contestant: Contestant, python: str, clip: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        words = [contestant.module, str(clip), str(folder), json.dumps(dict(contestant.options))]
        with (folder / "log.txt").open("w") as log:
            self._process = subprocess.Popen(
                [python, "-m", "benchmarks.worker", *words],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self._rate = 0.0
        self.versions = ""

    def warm_up(self) -> None:
        """Load, and run a little to know how fast it is.

        Raises
        ------
        PeerError
            If it cannot take part; the message is why.
        """
        versions: dict[str, str] = self._answer()["versions"]
        self.versions = ", ".join(f"{package} {found}" for package, found in versions.items())
        warm = self._measure(WARM_FRAMES)
        self._rate = self._measure(max(FEWEST, round(warm)))

    def rate(self, seconds: float) -> float:
        """Measure frames per second for about some seconds."""
        frames = round(min(max(self._rate * seconds, FEWEST), MOST))
        return self._measure(frames)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _measure(self, frames: int) -> float:
        if self._process.stdin is None:
            raise PeerError("it has no standard input")
        try:
            self._process.stdin.write(f"{frames}\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise PeerError("it ended") from error
        answer = self._answer()
        return float(answer["frames"] / answer["seconds"])

    def _answer(self) -> dict[str, Any]:
        timer = Timer(PATIENCE_S, self._process.kill)
        timer.start()
        line = self._process.stdout.readline() if self._process.stdout else ""
        timer.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "it gave no answer"}
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer


def contest(
    contestants: Sequence[Contestant],
    clip: Path,
    folder: Path,
    *,
    pythons: Sequence[str] = (sys.executable,),
    rounds: int = 3,
    seconds: float = 5.0,
) -> Contest:
    """Measure contestants in turn.

    Parameters
    ----------
    contestants : sequence of Contestant
        Who takes part; one that cannot is left out.
    clip : Path
        The video, longer than anybody gets through.
    folder : Path
        For what they write, and what they print (log.txt in a folder each).
    pythons : sequence of str
        Interpreters; each contestant runs in the first one that has what it needs.
    rounds : int
        How often each is measured.
    seconds : float
        How long, about.
    """
    found = Contest()
    with ExitStack() as stack:
        jobs: dict[str, Callable[[], float]] = {}
        for each in contestants:
            place = folder / each.name.replace(" ", "_")
            try:
                worker = stack.enter_context(_started(each, clip, place, pythons))
            except PeerError as error:
                found.missing[each.name] = str(error)
            else:
                found.versions[each.name] = worker.versions
                jobs[each.name] = partial(_rate, worker, seconds)
        found.rates = alternate(jobs, rounds)
    for name in [name for name, values in found.rates.items() if not all(values)]:
        found.missing[name] = "it failed while it was measured"
        del found.rates[name]
    return found


def _rate(worker: Worker, seconds: float) -> float:
    """Measure; a contestant that fails half way does not stop the others."""
    try:
        return worker.rate(seconds)
    except PeerError:
        return 0.0


@contextmanager
def _started(
    contestant: Contestant, clip: Path, folder: Path, pythons: Sequence[str]
) -> Iterator[Worker]:
    reasons = ["no interpreter was given"]
    for python in pythons:
        worker = Worker(contestant, python, clip, folder)
        try:
            worker.warm_up()
        except PeerError as error:
            reasons.append(str(error))
            worker.close()
        else:
            break
    else:
        raise PeerError(reasons[-1])
    try:
        yield worker
    finally:
        worker.close()
