"""Figures that mean something on a busy machine: alternating runs, medians, spreads, ratios."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements, with the smallest and the largest.

    Parameters
    ----------
    median, low, high : float
        In the unit of the measurements.
    runs : int
        How many there were.
    """

    median: float
    low: float
    high: float
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise measurements, of which there must be at least one."""
        return cls(statistics.median(values), min(values), max(values), len(values))

    def __str__(self) -> str:
        """Give median and range with three digits that count: ``23.4 (22.9 to 24.1)``."""
        if self.runs == 1:
            return digits(self.median)
        return f"{digits(self.median)} ({digits(self.low)} to {digits(self.high)})"


def digits(value: float) -> str:
    """Write a number with three digits that count, never as a power of ten."""
    if value == 0:
        return "0"
    size = abs(value)
    decimals = next((n for n, limit in enumerate((100, 10, 1, 0.1)) if size >= limit), 4)
    return f"{value:.{decimals}f}"


def alternate(jobs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure several things in turn, so that whatever else the machine does meets all of them.

    Every second round goes backwards: what grows or shrinks steadily, like the heat of a processor,
    favours none.

    Parameters
    ----------
    jobs : mapping of str to callable
        Each gives one measurement.
    rounds : int
        How often each is measured.

    Returns
    -------
    dict of str to list of float
        The measurements of each, by round.
    """
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds):
        for name in list(jobs)[:: 1 if number % 2 == 0 else -1]:
            found[name].append(jobs[name]())
    return found


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Summarise the ratios of measurements that were taken in the same rounds."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])
