"""Where a person is (the neck, or what stands in for it) and how large.

Lengths of the body are fractions of its standing height (Drillis and Contini 1966, as printed in
Winter, Biomechanics and Motor Control of Human Movement, 2009, figure 4.1).
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import in_blocks
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton

#: What is followed, best first: the mean of the seen keypoints of the first group that is seen.
ANCHOR_GROUPS: tuple[tuple[str, ...], ...] = (
    ("top_left", "top_right", "bottom_left", "bottom_right"),  # a box: its middle
    ("neck",),
    ("left_shoulder", "right_shoulder"),
    ("mid_hip",),
    ("left_hip", "right_hip"),
)

#: Limbs that tell the size of a person, as fractions of the standing height.
LIMB_FRACTIONS: tuple[tuple[str, str, float], ...] = (
    *(
        (f"{side}_{a}", f"{side}_{b}", fraction)
        for side in ("left", "right")
        for a, b, fraction in (
            ("shoulder", "elbow", 0.186),
            ("elbow", "wrist", 0.146),
            ("hip", "knee", 0.245),
            ("knee", "ankle", 0.246),
            ("shoulder", "hip", 0.290),
        )
    ),
    ("neck", "left_hip", 0.303),
    ("neck", "right_hip", 0.303),
    ("neck", "mid_hip", 0.288),
    ("neck", "chest", 0.144),
    ("neck", "head", 0.182),
    ("neck", "nose", 0.112),
    ("left_shoulder", "right_shoulder", 0.259),
    ("top_left", "bottom_left", 1.0),  # a box stands for the whole person
)

#: How far below the neck a keypoint is on somebody who stands, as a fraction of the height.
STANDING_BELOW_NECK: dict[str, float] = {
    "head": -0.182, "nose": -0.112, "eye": -0.118, "ear": -0.118, "neck": 0.0, "shoulder": 0.0,
    "chest": 0.144, "elbow": 0.186, "wrist": 0.332, "hip": 0.288, "mid_hip": 0.288, "knee": 0.533,
    "ankle": 0.779, "heel": 0.818, "big_toe": 0.818, "small_toe": 0.818,
}  # fmt: skip

#: Foreshortening only makes limbs look shorter: the long ones among those seen tell the size.
SIZE_QUANTILE = 0.75


def anchor_weights(skeleton: Skeleton, seen: NDArray[np.bool_]) -> FloatArray:
    """Say which keypoints of each person make up the anchor.

    The neck; where it is not seen the shoulders, else the hips, else all seen keypoints. The same
    weights over the keypoints of an older pose give the point to compare with, whatever is seen.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    seen : bool array, shape (people, keypoints)
        Which keypoints were found.

    Returns
    -------
    float32 array, shape (people, keypoints)
        Weights that add up to 1 for each person (to 0 for somebody without any keypoint).
    """
    first, *others = _groups(skeleton)
    chosen = seen & first
    undecided = ~chosen.any(1, keepdims=True)
    for group in others:
        if not undecided.any():
            break
        candidates = seen & group & undecided
        chosen |= candidates
        undecided &= ~candidates.any(1, keepdims=True)
    return np.asarray(chosen / np.maximum(chosen.sum(1, keepdims=True), 1), np.float32)


def weighted_points(xy: FloatArray, weights: FloatArray) -> NDArray[np.float64]:
    """Give the weighted mean of each person's keypoints, shape (people, 2), in pixels."""
    found = np.where(weights[..., None] > 0, xy, 0)
    return np.asarray((found * weights[..., None]).sum(1), np.float64)


def person_heights(skeleton: Skeleton, xy: FloatArray) -> NDArray[np.float64]:
    """Estimate each person's standing height from the limbs that are seen.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float array, shape (people, keypoints, 2)
        Pixels, NaN where a keypoint was not found.

    Returns
    -------
    float64 array, shape (people,)
        Standing height in pixels, whatever the posture; NaN where no limb tells it.
    """
    first, second, fraction, pick = _limbs(skeleton)
    if not len(first) or not len(xy):
        return np.full(len(xy), np.nan)
    with np.errstate(invalid="ignore"):  # what is missing may be infinite, too
        span = np.asarray(xy[:, first] - xy[:, second], np.float64)
    heights = np.sort(np.hypot(span[..., 0], span[..., 1]) / fraction, axis=1)  # NaN goes last
    known = np.isfinite(heights).sum(1)
    chosen = np.asarray(heights[np.arange(len(heights)), pick[known]])
    chosen[chosen <= 0] = np.nan  # limbs without length tell nothing
    return chosen


@cache
def standing_offsets(skeleton: Skeleton) -> FloatArray:
    """Where each keypoint is, from the neck, on somebody who stands: (keypoints, 2), in heights."""
    below = [STANDING_BELOW_NECK.get(_part(name), 0.0) for name in skeleton.keypoints]
    return np.stack([np.zeros(len(below)), np.array(below)], axis=1).astype(np.float32)


@cache
def _groups(skeleton: Skeleton) -> tuple[NDArray[np.bool_], ...]:
    """Masks over the keypoints, one for each group that the layout has; the last one has them all."""
    masks = (np.isin(skeleton.keypoints, group) for group in ANCHOR_GROUPS)
    return *(mask for mask in masks if mask.any()), np.ones(len(skeleton), bool)


@cache
def _limbs(
    skeleton: Skeleton,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.intp]]:
    """Give the ends of the limbs, their shares of the height, and which counts, by how many are seen."""
    known = [limb for limb in LIMB_FRACTIONS if skeleton.has(limb[0]) and skeleton.has(limb[1])]
    ends = np.array([[skeleton.index(a), skeleton.index(b)] for a, b, _ in known], np.intp)
    fractions = np.array([fraction for _, _, fraction in known], np.float64)
    others = np.maximum(np.arange(len(known) + 1) - 1, 0)
    pick = np.floor(SIZE_QUANTILE * others + 0.5).astype(np.intp)
    return ends.reshape(-1, 2)[:, 0], ends.reshape(-1, 2)[:, 1], fractions, pick


def _part(name: str) -> str:
    side, _, rest = name.partition("_")
    return rest if side in ("left", "right") else name


def necks_and_heights(
    skeleton: Skeleton, xy: FloatArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate each person's neck, seen or not, and standing height.

    Who does not show the neck is taken to stand; a height that no limb tells is the median of the
    others.

    Returns
    -------
    necks : float64 array, shape (people, 2)
        Pixels; NaN for somebody without any keypoint.
    heights : float64 array, shape (people,)
        Pixels; NaN only where no height is known at all.
    """
    heights = in_blocks(partial(person_heights, skeleton), xy)
    known = np.isfinite(heights)
    if known.any():
        heights[~known] = np.median(heights[known])
    return in_blocks(partial(_necks, skeleton), xy, np.nan_to_num(heights)), heights


def _necks(skeleton: Skeleton, xy: FloatArray, heights: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = anchor_weights(skeleton, np.isfinite(xy[..., 0]))
    below = heights[:, None] * (weights @ standing_offsets(skeleton))
    necks = weighted_points(xy, weights) - below
    necks[~weights.any(1)] = np.nan
    return necks
