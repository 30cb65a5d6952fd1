"""Who is nobody: people seen too briefly, too unsurely, or of a size that nobody there has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.blocks import in_blocks
from tracker.boxes import bounding_boxes
from tracker.poses import FloatArray
from tracker.settings import Settings
from tracker.skeleton import BOX
from tracker.tracks import Tracks

Array = NDArray[np.float64]

#: A plane is fitted to so many people at least, in so many rounds of reweighting.
LEAST_PEOPLE = 5
ROUNDS = 10
#: Sizes off the plane by more than this many medians of all count less in the next round.
TOLERATED = 1.5
#: Nobody is expected to be smaller, in pixels.
SMALLEST = 5.0


class GhostSettings(Settings):
    """Who is removed, when the whole video is known."""

    shortest_s: float = Field(default=0.6, ge=0)
    """People seen over less time in all are removed, in seconds."""
    observations: int = Field(default=5, ge=1)
    """And those seen in fewer frames."""
    score_share: float = Field(default=0.95, ge=0)
    """And those whose mean score is below this share of the score that may start a track."""
    size_doubt: float = Field(default=0.4, ge=0)
    """The least mean score of a box rises by this for each unit (of the logarithm) by which the box
    is taller or lower than people are who stand there."""
    size_spread: float = Field(default=0.2, ge=0)
    """Differences up to this, of the logarithm, are taken to be people's own."""
    size_certain: float = Field(default=0.95, ge=0)
    """Nobody of this mean score is removed for the size: it is a child, or somebody who sits."""


def ghosts(
    tracks: Tracks, person: NDArray[np.int64], settings: GhostSettings, sure_score: float
) -> NDArray[np.bool_]:
    """Find the people who are none.

    Parameters
    ----------
    tracks : Tracks
        Every row that belongs to somebody.
    person : int64 array, shape (rows,)
        Who that is, counted from 0.
    settings : GhostSettings
        The parameters.
    sure_score : float
        The score that may start a track.

    Returns
    -------
    bool array, shape (people,)
        True for those to be removed.
    """
    people = int(person.max(initial=-1)) + 1
    first, last = np.full(people, np.inf), np.full(people, -np.inf)
    np.minimum.at(first, person, tracks.time)
    np.maximum.at(last, person, tracks.time)
    count = np.bincount(person, minlength=people)
    score = np.nan_to_num(in_blocks(_mean_score, tracks.score))
    mean = np.bincount(person, score, people) / np.maximum(count, 1)
    short = (last - first < settings.shortest_s) | (count < settings.observations)
    least = np.full(people, settings.score_share * sure_score)
    if tracks.skeleton == BOX:
        off = np.abs(sizes_off_plane(bounding_boxes(tracks.xy), person, people))
        doubted = least + settings.size_doubt * np.maximum(off - settings.size_spread, 0)
        least = np.maximum(least, np.minimum(doubted, settings.size_certain))
    return np.asarray(short | (mean < least))


def sizes_off_plane(boxes: Array, person: NDArray[np.int64], people: int) -> Array:
    """Say how much taller everybody is than people are whose feet are there in the picture.

    On a plane, seen level, the height of standing people is a straight line over the row of their
    feet; it is fitted to all boxes, those far off it counting less.

    Parameters
    ----------
    boxes : float64 array, shape (rows, 4)
        Left, top, right, bottom.
    person : int64 array, shape (rows,)
        Who that is, counted from 0.
    people : int
        How many there are.

    Returns
    -------
    float64 array, shape (people,)
        Median of the logarithm of each person's height over the expected one; 0 for all where there
        are too few people to tell.

    Notes
    -----
    Line of heights: Hoiem, Efros and Hebert, Putting Objects in Perspective, IJCV 80 (2008).
    """
    if people < LEAST_PEOPLE:
        return np.zeros(people)
    feet, height = boxes[:, 3], np.maximum(boxes[:, 3] - boxes[:, 1], 1e-3)
    basis = np.stack([feet, np.ones(len(feet))], axis=1)
    weight = np.ones(len(feet))
    for _ in range(ROUNDS):
        line = np.linalg.lstsq(basis * weight[:, None], height * weight, rcond=None)[0]
        away = np.abs(height - basis @ line)
        scale = TOLERATED * max(float(np.median(away)), 1e-6)
        weight = 1 / np.sqrt(1 + (away / scale) ** 2)
    off = np.log(height / np.maximum(basis @ line, SMALLEST))
    order = np.lexsort((off, person))
    starts = np.searchsorted(person[order], np.arange(people))
    counts = np.bincount(person, minlength=people)
    middle = np.minimum(starts + counts // 2, len(off) - 1)
    return np.where(counts > 0, off[order][middle], 0.0)


def _mean_score(score: FloatArray) -> FloatArray:
    mean: FloatArray = np.nanmean(score, axis=1)
    return mean
