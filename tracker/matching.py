"""The two sides of a match: tracks as expected at a moment, and the people seen then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import anchor_weights, person_heights, weighted_points
from tracker.poses import FloatArray, Poses

Array = NDArray[np.float64]

#: Nobody is taken to be smaller, in pixels: a gate in heights needs a height.
SMALLEST_HEIGHT = 4.0


@dataclass(frozen=True)
class Seen:
    """The people of one frame, measured.

    Parameters
    ----------
    xy : float32 array, shape (people, keypoints, 2)
        Pixels, NaN where a keypoint was not found.
    score : float64 array, shape (people,)
        Mean confidence of the keypoints that were found.
    weights : float32 array, shape (people, keypoints)
        Which keypoints make up the anchor (`tracker.anchors.anchor_weights`).
    anchor : float64 array, shape (people, 2)
        The anchor in pixels: the neck where it is seen.
    height : float64 array, shape (people,)
        Standing height in pixels; NaN where no limb tells it.
    """

    xy: FloatArray
    score: Array
    weights: FloatArray
    anchor: Array
    height: Array

    def __len__(self) -> int:
        """Count the people."""
        return len(self.anchor)

    def select(self, people: NDArray[np.intp]) -> Seen:
        """Select people by index."""
        return Seen(
            self.xy[people],
            self.score[people],
            self.weights[people],
            self.anchor[people],
            self.height[people],
        )


@dataclass(frozen=True)
class Expected:
    """The tracks, as they are expected at the moment of a frame.

    Parameters
    ----------
    anchor : float64 array, shape (tracks, 2)
        Predicted place of the neck, in pixels.
    last : float64 array, shape (tracks, 2)
        Where the neck was when the person was last seen, in pixels.
    height : float64 array, shape (tracks,)
        Standing height in pixels.
    offsets : float32 array, shape (tracks, keypoints, 2)
        Where each keypoint was last seen, from the neck, in heights.
    """

    anchor: Array
    last: Array
    height: Array
    offsets: FloatArray

    def __len__(self) -> int:
        """Count the tracks."""
        return len(self.anchor)

    @cached_property
    def xy(self) -> Array:
        """Predicted keypoints in pixels, shape (tracks, keypoints, 2)."""
        return self.anchor[:, None] + self.height[:, None, None] * self.offsets


@dataclass(frozen=True)
class Pairing:
    """Every track with every person: what the matching costs are functions of."""

    old: Expected
    new: Seen

    @cached_property
    def miss(self) -> Array:
        """From where each track is expected to each person: (tracks, people, 2), in pixels.

        Like is compared with like: where the neck of a person is not seen, the keypoints that stand
        in for it are compared with the same keypoints of the track.
        """
        aside = np.matmul(self.new.weights, self.old.offsets)  # (tracks, people, 2)
        expected = self.old.anchor[:, None] + self.old.height[:, None, None] * aside
        return np.asarray(self.new.anchor[None] - expected)

    @cached_property
    def height(self) -> Array:
        """Mean height of each track and person in pixels, shape (tracks, people).

        Somebody of unknown height is taken to be as tall as the track.
        """
        old, new = self.old.height[:, None], self.new.height[None]
        return 0.5 * (old + np.where(np.isfinite(new), new, old))

    @cached_property
    def growth(self) -> Array:
        """Absolute logarithm of the ratio of the heights, (tracks, people); 0 where unknown."""
        ratio = np.abs(np.log(self.new.height)[None] - np.log(self.old.height)[:, None])
        ratio[np.isnan(ratio)] = 0
        return np.asarray(ratio)

    @cached_property
    def distance(self) -> Array:
        """Distance of each person from where each track is expected, in heights."""
        return np.asarray(np.hypot(self.miss[..., 0], self.miss[..., 1]) / self.height)


#: A matching cost: (tracks, people) matrix, finite and at least 0; 0 is a perfect match.
Cost = Callable[[Pairing], Array]


def measure(poses: Poses) -> Seen:
    """Measure the people of a frame: score, anchor and height of each."""
    seen, xy = poses.seen, poses.xy
    weights = anchor_weights(poses.skeleton, seen)
    count = np.maximum(seen.sum(1), 1)
    return Seen(
        xy,
        np.where(seen, poses.score, 0).sum(1, dtype=np.float64) / count,
        weights,
        weighted_points(xy, weights),
        np.maximum(person_heights(poses.skeleton, xy), SMALLEST_HEIGHT),
    )


def median_miss(miss: Array) -> Array:
    """Give the median over pairs, shape (2,); faster than numpy's for few of them."""
    ordered = np.sort(miss, axis=0)
    return np.asarray(0.5 * (ordered[(len(miss) - 1) // 2] + ordered[len(miss) // 2]))


def likely_heights(seen: Seen) -> Array:
    """Give each person's height, somebody's of unknown height by the others.

    That is the median of the others; where nobody's is known, how far the keypoints reach.
    """
    heights = seen.height.copy()
    known = np.isfinite(heights)
    if known.any():
        heights[~known] = np.median(heights[known])
    else:
        heights = np.array([_extent(xy) for xy in seen.xy])
    return np.maximum(heights, SMALLEST_HEIGHT)


def _extent(xy: FloatArray) -> float:
    found = xy[np.isfinite(xy).all(1)]
    return float(np.hypot(*np.ptp(found, axis=0))) if len(found) else 0.0
