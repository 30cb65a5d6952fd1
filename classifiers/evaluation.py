"""Figures one can believe: disjoint groups, every class named, and a refusal where a split leaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from classifiers.recordings import Recording
from tracker.errors import EvaluationError

Names = NDArray[np.str_]


@dataclass(frozen=True)
class Scores:
    """How well labels were told.

    Parameters
    ----------
    classes : tuple of str
        The classes, in the order of everything below.
    confusion : int array, shape (classes, classes)
        Rows are the truth, columns what was predicted.
    """

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]

    @property
    def n(self) -> int:
        """How many were judged."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share that was right."""
        return float(np.trace(self.confusion) / max(self.n, 1))

    @property
    def count(self) -> NDArray[np.int64]:
        """How many there truly are of each class."""
        counts: NDArray[np.int64] = self.confusion.sum(axis=1)
        return counts

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of each predicted class that was right; 0 where it was never predicted."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of each true class that was found; 0 where there is none."""
        return _ratio(np.diag(self.confusion), self.count)

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of precision and recall of each class."""
        return _ratio(2 * self.precision * self.recall, self.precision + self.recall)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes that there are in the truth."""
        there = self.count > 0
        return float(self.f1[there].mean()) if there.any() else 0.0

    def table(self) -> str:
        """Write precision, recall, F1 and n of each class, and the confusion matrix, as text."""
        width = max(len(name) for name in (*self.classes, "class"))
        lines = [f"{'class':{width}}  precision  recall     f1      n  predicted as (same order)"]
        for i, name in enumerate(self.classes):
            cells = " ".join(f"{cell:5d}" for cell in self.confusion[i])
            lines.append(
                f"{name:{width}}     {self.precision[i]:.3f}   {self.recall[i]:.3f}  "
                f"{self.f1[i]:.3f}  {self.count[i]:5d}  {cells}"
            )
        return "\n".join(lines)


def scores(truth: Sequence[str] | Names, predicted: Sequence[str] | Names) -> Scores:
    """Compare labels.

    Raises
    ------
    EvaluationError
        If there is nothing to compare or the lengths differ.
    """
    if len(truth) != len(predicted) or not len(truth):
        raise EvaluationError(f"{len(truth)} labels cannot be compared with {len(predicted)}.")
    classes, numbers = np.unique(
        np.r_[np.asarray(truth), np.asarray(predicted)], return_inverse=True
    )
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (numbers[: len(truth)], numbers[len(truth) :]), 1)
    return Scores(tuple(str(name) for name in classes), confusion)


@dataclass(frozen=True)
class EventScores:
    """How well events were found: matched one to one by label and time."""

    found: int
    true: int
    predicted: int

    @property
    def precision(self) -> float:
        """Share of the predicted events that are true."""
        return self.found / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the true events that were found."""
        return self.found / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.true + self.predicted
        return 2 * self.found / total if total else 0.0


def event_scores(
    truth: Sequence[Action], predicted: Sequence[Action], tolerance_s: float
) -> EventScores:
    """Match predicted events to true ones of the same person and label, nearest first.

    Parameters
    ----------
    truth, predicted : sequence of Action
        Events of one video, without the background.
    tolerance_s : float
        Middles of intervals further apart than this are no match, in seconds; peaks, which a
        label may lack, do not count.
    """
    pairs = sorted(
        (abs(_centre_s(true) - _centre_s(guess)), i, j)
        for i, true in enumerate(truth)
        for j, guess in enumerate(predicted)
        if (true.track_id, true.label) == (guess.track_id, guess.label)
    )
    used_true: set[int] = set()
    used_guess: set[int] = set()
    for apart, i, j in pairs:
        if apart <= tolerance_s and i not in used_true and j not in used_guess:
            used_true.add(i)
            used_guess.add(j)
    return EventScores(len(used_true), len(truth), len(predicted))


def grouped_folds(groups: Names, folds: int, seed: int = 1) -> Iterator[NDArray[np.bool_]]:
    """Deal groups to folds, the largest first, each to the fold with the least so far.

    Parameters
    ----------
    groups : str array, shape (windows,)
        Match, video or person.
    folds : int
        How many; with as many folds as groups each is left out once.
    seed : int
        Order among groups of one size.

    Yields
    ------
    bool array, shape (windows,)
        What is judged in this fold; the rest is learnt from.

    Raises
    ------
    EvaluationError
        If there are fewer groups than folds: a figure from shared groups would be fiction.
    """
    names, owner, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if folds < 2 or len(names) < folds:
        raise EvaluationError(
            f"{folds} folds need at least as many groups (and two), found {len(names)}.",
            hint="Label more videos, ask for fewer folds, or declare a split in time.",
        )
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    fold_of, filled = np.empty(len(names), int), np.zeros(folds)
    for group in order:
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    for fold in range(folds):
        yield fold_of[owner] == fold


def refuse_leaks(learnt: Sequence[Recording], judged: Sequence[Recording]) -> None:
    """Refuse to judge on what was learnt from.

    Raises
    ------
    EvaluationError
        If a group, or the very same keypoints under another name, stand on both sides.
    """
    shared = {each.group for each in learnt} & {each.group for each in judged}
    if shared:
        raise EvaluationError(
            f"The split leaks: the group {sorted(shared)[0]!r} is learnt from and judged."
        )
    digests = {each.digest: each.name for each in learnt}
    for recording in judged:
        if recording.digest in digests:
            raise EvaluationError(
                f"The split leaks: {recording.name} holds the same keypoints as "
                f"{digests[recording.digest]}, which was learnt from."
            )


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a share (Wilson, 1927); (0, 1) where nothing was counted."""
    if not n:
        return 0.0, 1.0
    z = 1.959964
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _centre_s(action: Action) -> float:
    return (action.start_s + action.end_s) / 2


def _ratio(part: NDArray[np.generic], whole: NDArray[np.generic]) -> NDArray[np.float64]:
    above = np.asarray(part, float)
    below = np.asarray(whole, float)
    ratio: NDArray[np.float64] = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio
