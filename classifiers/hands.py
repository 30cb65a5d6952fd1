"""Which hand somebody strikes with, found by looking at them as they are and in a mirror."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.recordings import Hand
from tracker.poses import FloatArray

#: Windows of the same stretch of time tell of the same movement: they count as one piece of evidence.
STRETCH_S = 1.0


def stretches(time: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the number of the stretch that each window belongs to, by its time in seconds."""
    return np.floor(time / STRETCH_S).astype(np.int64)


def choose_hands(
    track_id: NDArray[np.int64],
    stretch: NDArray[np.int64],
    lead: FloatArray,
    left_errors: float,
) -> dict[int, Hand]:
    """Decide each person's hand from the windows in which something happens.

    Parameters
    ----------
    track_id : int64 array, shape (windows,)
        Whose window.
    stretch : int64 array, shape (windows,)
        Windows of one number tell of the same movement.
    lead : float array, shape (windows,)
        How much surer the model is with the left hand, see `left_lead`.
    left_errors : float
        By so many standard errors of its sum over the stretches the left hand must be ahead.

    Returns
    -------
    dict of int to {"right", "left"}
        Each person's hand.
    """
    pairs, which = np.unique(np.stack([track_id, stretch]), axis=1, return_inverse=True)
    each = np.bincount(which.ravel(), weights=lead, minlength=pairs.shape[1])
    people, owner = np.unique(pairs[0], return_inverse=True)
    total = np.bincount(owner, weights=each, minlength=len(people))
    squares = np.bincount(owner, weights=each**2, minlength=len(people))
    left = total > left_errors * np.sqrt(squares)
    return {int(p): "left" if is_left else "right" for p, is_left in zip(people, left, strict=True)}


def left_lead(as_right: FloatArray, as_left: FloatArray, background: int | None) -> FloatArray:
    """Say how much surer a model is of what it sees in a mirror, shape (windows,).

    Parameters
    ----------
    as_right, as_left : float32 array, shape (windows, classes)
        Probabilities of the windows as they are, and in a mirror.
    background : int or None
        The class that is nothing in particular: what it takes says nothing about the hand.
    """
    return _certainty(as_left, background) - _certainty(as_right, background)


def _certainty(probabilities: FloatArray, background: int | None) -> FloatArray:
    # Squared: one sure window beats two unsure ones.
    if background is not None:
        probabilities = np.delete(probabilities, background, axis=1)
    strongest: FloatArray = probabilities.max(axis=1, initial=0) ** 2
    return strongest


@dataclass
class HandSoFar:
    """What a person's windows have told of the hand until now.

    Parameters
    ----------
    total, squares : float
        Sums of the leads of the left hand in the stretches that are over, and of their squares.
    current : float
        The lead in this one.
    stretch : int
        Its number.
    """

    total: float = 0.0
    squares: float = 0.0
    current: float = 0.0
    stretch: int = 0

    def see(self, stretch: int, lead: float) -> None:
        """Take in a window."""
        if stretch != self.stretch:
            self.total += self.current
            self.squares += self.current**2
            self.current, self.stretch = 0.0, stretch
        self.current += lead

    def is_left(self, left_errors: float) -> bool:
        """Tell whether the left hand is ahead clearly enough, as `choose_hands` decides."""
        squares = self.squares + self.current**2
        return bool(self.total + self.current > left_errors * squares**0.5)
