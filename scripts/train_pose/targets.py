"""What the branches shall answer to a view, and where that is known.

All in cells of stride 4, counted from their corners, as the published branches do: keypoint q lies in
cell floor(q), and the branch of offsets answers q - floor(q) there. A person's centre is the middle of the box.
Method: Zhou et al., "Objects as points", 2019.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from scripts.train_pose.data import Bytes, Floats, Labels
from tracker.skeleton import COCO17, COCO18

STRIDE = 4
# More people than this in one view do not teach.
MOST_PEOPLE = 16
# Around a person in an image whose other people are unknown: how much more than the box may teach.
MARGIN = 0.15
# People of whom less is in view are neither there nor absent.
LEAST_IN_VIEW = 0.3
# Our 18 keypoints without the neck, in the order of the branches.
ORDER = [COCO18.index(name) for name in COCO17.keypoints]


class People(NamedTuple):
    """The people of a view, in cells; MOST_PEOPLE rows, NaN where there is nobody."""

    xy: Floats  #: (MOST_PEOPLE, 17, 2), NaN also where not labelled or not in view
    centre: Floats  #: (MOST_PEOPLE, 2)
    side: Floats  #: (MOST_PEOPLE,): side of a square as large as the box


def people_in_view(xy: Floats, boxes: Floats, affine: Floats, cells: int) -> tuple[People, Floats]:
    """Bring people to the cells of a view.

    Parameters
    ----------
    xy : ndarray (people, 18, 2)
        In pixels of the view; NaN where not labelled.
    boxes : ndarray (people, 4)
        Left, top, width, height in pixels of the image.
    affine : ndarray (2, 3)
        From pixels of the image to pixels of the view.
    cells : int
        Height and width of the view in cells.

    Returns
    -------
    People
        Those who can be seen.
    ndarray (others, 4)
        Boxes, in pixels of the image, of those of whom too little is in view.
    """
    zoom = np.sqrt(abs(np.linalg.det(affine[:, :2])))
    middle = (moved(boxes[:, :2] + boxes[:, 2:] / 2, affine) + 0.5) / STRIDE
    half = zoom * boxes[:, 2:] / 2 / STRIDE
    low, high = np.clip([middle - half, middle + half], 0, cells)
    points = (xy[:, ORDER] + 0.5) / STRIDE
    inside = ((points >= 0) & (points < cells)).all(-1)
    points = np.where(inside[..., None], points, np.nan)
    area = (high - low).prod(1)
    seen = inside.any(1) & (area >= LEAST_IN_VIEW * np.maximum(4 * half.prod(1), 1e-6))
    chosen = np.flatnonzero(seen)[:MOST_PEOPLE]
    people = People(
        *(
            np.full((MOST_PEOPLE, *shape), np.nan, np.float32)
            for shape in ((len(ORDER), 2), (2,), ())
        )
    )
    people.xy[: len(chosen)] = points[chosen]
    people.centre[: len(chosen)] = np.clip((low + high)[chosen] / 2, 0, cells - 0.01)
    people.side[: len(chosen)] = np.sqrt(area[chosen])
    unseen = np.ones(len(boxes), bool)
    unseen[chosen] = False
    return people, boxes[unseen]


def heat(people: People, cells: int) -> Floats:
    """Draw a spot of height 1 at the cell of every centre and keypoint.

    Returns
    -------
    ndarray (18, cells, cells)
        The centres first. Spots of larger people are wider, as the published maps have them.
    """
    points = np.concatenate([people.centre[:, None], people.xy], 1)
    spread = np.maximum(0.75 + people.side / 55, 0.9)
    away = np.arange(cells) - np.floor(points)[..., None]  # (people, 18, 2, cells)
    ridges = np.nan_to_num(np.exp(-0.5 * (away / spread[:, None, None, None]) ** 2))
    spots = ridges[:, :, 1, :, None] * ridges[:, :, 0, None, :]
    return spots.max(0).astype(np.float32)


def known_mask(
    labels: Labels, others: Floats, suspicion: Bytes, affine: Floats, cells: int
) -> Floats:
    """Mark the cells where the labels tell the truth, (cells, cells) of 0 and 1.

    Parameters
    ----------
    labels : Labels
        In pixels of the stored image.
    others : ndarray (others, 4)
        Boxes of labelled people who cannot be seen well enough.
    suspicion : ndarray (height / 4, width / 4)
        1 where somebody without labels may stand, at a quarter of the image's size.
    affine : ndarray (2, 3)
        Brings pixels of the image to pixels of the view.
    cells : int
        Height and width of the mask.
    """
    mask = np.ones((cells, cells), np.float32)
    if not labels.complete:
        # Both grids have stride 4, so the way between pixels is the way between cells but for its shift.
        shift = (affine[:, :2].sum(1) * 1.5 + affine[:, 2] - 1.5) / STRIDE
        between = np.column_stack([affine[:, :2], shift]).astype(np.float32)
        mask -= cv2.warpAffine(suspicion, between, (cells, cells), flags=cv2.INTER_NEAREST)
        _fill(mask, labels.boxes, affine, MARGIN, 1.0)
    _fill(mask, labels.crowds, affine, 0.0, 0.0)
    _fill(mask, others, affine, 0.0, 0.0)
    return mask


def moved(xy: Floats, affine: Floats) -> Floats:
    """Apply an affine map (2, 3) to points (..., 2)."""
    return (xy @ affine[:, :2].T + affine[:, 2]).astype(np.float32)


def _fill(mask: Floats, boxes: Floats, affine: Floats, margin: float, value: float) -> None:
    if not len(boxes):
        return
    corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    spots = corner + margin * (2 * corner - 1)
    outlines = np.asarray(boxes[:, None, :2] + spots * boxes[:, None, 2:], np.float32)
    at = (moved(outlines, affine) - (STRIDE - 1) / 2) / STRIDE
    for outline in np.rint(at).astype(np.int32):
        cv2.fillConvexPoly(mask, outline, value)
