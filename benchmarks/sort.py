"""SORT as published, to compare with: Bewley et al., Simple Online and Realtime Tracking, ICIP 2016.

Written anew from the paper and from the parameters of its reference program: state of middle, area,
aspect and their speeds; matched by overlap (at least 0.3); forgotten after one missed frame; shown
after three found ones in a row. What it shows is its filtered box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.assignment import assign
from tracker.boxes import bounding_boxes, overlaps
from tracker.poses import PoseTable

Array = NDArray[np.float64]

LEAST_OVERLAP = 0.3
MAX_AGE = 1
MIN_HITS = 3

#: Middle x, middle y, area and aspect; then the speeds of the first three.
STEP = np.eye(7) + np.eye(7, k=4)
MEASURED = np.eye(4, 7)
MEASUREMENT_NOISE = np.diag([1.0, 1.0, 10.0, 10.0])
PROCESS_NOISE = np.diag([1.0, 1.0, 1.0, 1.0, 1e-2, 1e-2, 1e-4])
START_COVARIANCE = np.diag([10.0, 10.0, 10.0, 10.0, 1e4, 1e4, 1e4])


@dataclass
class Track:
    """One person.

    Parameters
    ----------
    number : int
        The ID.
    state : float64 array, shape (7,)
        Middle x, middle y, area, aspect, and the speeds of the first three.
    covariance : float64 array, shape (7, 7)
        How sure that is.
    missed, streak : int
        Frames since the last match; matches in a row before it.
    """

    number: int
    state: Array
    covariance: Array = field(default_factory=START_COVARIANCE.copy)
    missed: int = 0
    streak: int = 0

    def predict(self) -> Array:
        """Go on by a frame; give the expected box."""
        if self.state[2] + self.state[6] <= 0:
            self.state[6] = 0
        self.state = STEP @ self.state
        self.covariance = STEP @ self.covariance @ STEP.T + PROCESS_NOISE
        self.streak = 0 if self.missed else self.streak
        self.missed += 1
        return self.box()

    def correct(self, measured: Array) -> None:
        """Take in a matched detection."""
        self.missed = 0
        self.streak += 1
        spread = MEASURED @ self.covariance @ MEASURED.T + MEASUREMENT_NOISE
        gain = self.covariance @ MEASURED.T @ np.linalg.inv(spread)
        self.state = self.state + gain @ (measured - MEASURED @ self.state)
        self.covariance = (np.eye(7) - gain @ MEASURED) @ self.covariance

    def box(self) -> Array:
        """Give left, top, right, bottom."""
        width = np.sqrt(max(self.state[2] * self.state[3], 0.0))
        height = self.state[2] / max(width, 1e-9)
        x, y = self.state[:2]
        return np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2])


def sort_live(table: PoseTable) -> Iterator[list[tuple[int, int, Array]]]:
    """Run SORT; give what it shows in each frame: (person of the frame, ID, filtered box)."""
    tracks: list[Track] = []
    started = 0
    for frame, (_, _, poses) in enumerate(table, start=1):
        boxes = bounding_boxes(poses.xy)
        expected = np.array([track.predict() for track in tracks]).reshape(-1, 4)
        old, new = assign(1 - overlaps(expected, boxes), 1 - LEAST_OVERLAP)
        measured = _measured(boxes)
        mine = {int(person): tracks[track] for track, person in zip(old, new, strict=True)}
        for person, track in mine.items():
            track.correct(measured[person])
        for person in range(len(boxes)):
            if person not in mine:
                started += 1
                mine[person] = Track(started, np.concatenate([measured[person], np.zeros(3)]))
                tracks.append(mine[person])
        yield [
            (person, track.number, track.box())
            for person, track in sorted(mine.items())
            if track.streak >= MIN_HITS or frame <= MIN_HITS
        ]
        tracks = [track for track in tracks if track.missed <= MAX_AGE]


def _measured(boxes: Array) -> Array:
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    shape = np.stack([width * height, width / np.maximum(height, 1e-9)], axis=1)
    return np.concatenate([middle, shape], axis=1)
