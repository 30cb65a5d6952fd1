"""Several looks at one picture made one: the whole, and parts of it enlarged, without doubles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import person_heights
from tracker.boxes import bounding_boxes
from tracker.parts import Part
from tracker.poses import Poses

Array = NDArray[np.float64]

#: Keypoints nearer than this to the inner border of a part may be guesses for what lies outside, in
#: sides of the part.
BORDER = 0.03
#: Two poses are one person where their common keypoints are on average nearer than this, in sizes of
#: the smaller one.
_SAME = 0.3
#: Or where this much of the smaller one's box lies in the other's, who is at most so much larger.
_INSIDE, _LARGER = 0.6, 1.8
#: Sums are over at least this many common keypoints.
_COMMON = 3


def merged(picture: tuple[int, int], looks: Sequence[tuple[Part, Poses]], small: float) -> Poses:
    """Put the people of several looks at a picture together, each person once.

    Where two looks see the same person, who is small in the first look (the usual one) is taken from
    the look that enlarges most, who is not from the first. Within a look the decoder has decided
    already who is one person.

    Parameters
    ----------
    picture : (int, int)
        Width and height of the picture.
    looks : sequence of (Part, Poses)
        The usual look at the whole picture first, then the others; poses in pixels of the picture.
    small : float
        People smaller than this in the usual look's input are small, in pixels of that input.

    Returns
    -------
    Poses
        The first look's people first.
    """
    usual, first = looks[0]
    kept = [first, *(poses[whole(part, poses, picture)] for part, poses in looks[1:])]
    look = np.repeat(np.arange(len(kept)), [len(poses) for poses in kept])
    everybody = _joined(kept)
    sizes = sizes_of(everybody)
    magnified = np.array([part.magnification for part, _ in looks])
    is_small = sizes * usual.magnification < small
    worth = np.where(is_small, magnified[look], -magnified[look])
    order = np.lexsort((-_sure(everybody), -worth, is_small))
    same = _same_person(everybody, sizes) & (look[:, None] != look[None])
    chosen: list[int] = []
    for person in order.tolist():
        if not same[person, chosen].any():
            chosen.append(person)
    return everybody[np.sort(np.array(chosen, np.intp))]


def whole(part: Part, poses: Poses, picture: tuple[int, int]) -> NDArray[np.bool_]:
    """Tell who is not cut by a border of a part, shape (people,); borders of the picture cut nobody."""
    boxes = bounding_boxes(poses.xy)
    margin = BORDER * min(part.width, part.height)
    low = np.array([part.left, part.top], float)
    high = low + np.array([part.width, part.height])
    least = np.where(low > 0, low + margin, -np.inf)
    most = np.where(high < picture, high - 1 - margin, np.inf)
    inside = np.all((boxes[:, :2] >= least) & (boxes[:, 2:] <= most), axis=1)
    return np.asarray(inside)


def sizes_of(poses: Poses) -> Array:
    """Give the standing height of each person, or the larger side of the box where no limb tells it."""
    boxes = bounding_boxes(poses.xy)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0.0)
    heights = person_heights(poses.skeleton, poses.xy)
    return np.asarray(np.where(np.isfinite(heights), heights, sides))


def _joined(looks: Sequence[Poses]) -> Poses:
    xy = np.concatenate([poses.xy for poses in looks])
    return Poses(looks[0].skeleton, xy, np.concatenate([poses.score for poses in looks]))


def _sure(poses: Poses) -> Array:
    return np.asarray(np.where(poses.seen, poses.score, 0).sum(1), np.float64)


def _same_person(poses: Poses, sizes: Array) -> NDArray[np.bool_]:
    """Tell which pairs of poses are one person, shape (people, people)."""
    apart = np.linalg.norm(poses.xy[:, None] - poses.xy[None], axis=3)
    common = np.isfinite(apart)
    count = common.sum(2)
    mean = np.where(common, apart, 0).sum(2) / np.maximum(count, 1)
    near = (count >= _COMMON) & (mean < _SAME * np.minimum(sizes[:, None], sizes[None]))
    boxes = bounding_boxes(poses.xy)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.maximum(high - low, 0).prod(2)
    area = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1.0)
    inside = shared > _INSIDE * np.minimum(area[:, None], area[None])
    alike = np.abs(np.log(sizes[:, None] / sizes[None])) < np.log(_LARGER)
    return np.asarray(near | (inside & alike))
