"""What the network shall answer: confidence maps, part affinity fields, and where that is known.

Cell i of a map is centred at input pixel 8 * i + 3.5. Method: Cao et al., "Realtime multi-person 2D
pose estimation using part affinity fields", CVPR 2017. Spots and strips are as wide as the drawn
ones (`drawn.py`), so that nothing need be learned where the drawing is right.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.train_pose.data import Bytes, Floats, Labels
from scripts.train_pose.network import STRIDE
from tracker.skeleton import COCO18, Skeleton

# In input pixels: the spread of a keypoint's spot and the half width of a limb's strip.
SPREAD = 7.2
HALF_WIDTH = 8.0
# Around a person in an image whose other people are unknown: how much more than the box may teach.
MARGIN = 0.15
# People of that many input pixels and more are drawn so well that a correction only blurs them.
LARGE = 240
# Pixels of the image to a cell of a suspicion.
SUSPICION_STRIDE = 4


def confidence_maps(xy: Floats, cells: int) -> Floats:
    """Draw a spot at every keypoint; the last map is the background.

    Parameters
    ----------
    xy : ndarray (people, keypoints, 2)
        In input pixels; NaN where not labelled.
    cells : int
        Height and width of the maps.

    Returns
    -------
    ndarray (keypoints + 1, cells, cells)
    """
    away = (_centres(cells) - xy[..., None]) / SPREAD  # (people, keypoints, 2, cells)
    ridges = np.nan_to_num(np.exp(-0.5 * away**2))
    spots = ridges[:, :, 1, :, None] * ridges[:, :, 0, None, :]
    heat = spots.max(0, initial=0.0)
    return np.concatenate([heat, 1 - heat.max(0, keepdims=True)]).astype(np.float32)


def affinity_fields(xy: Floats, cells: int, skeleton: Skeleton = COCO18) -> Floats:
    """Draw a strip of unit vectors along every limb, from its first keypoint to its second.

    Parameters
    ----------
    xy, cells
        As in `confidence_maps`.

    Returns
    -------
    ndarray (2 * limbs, cells, cells)
        x and y of each limb; where strips of several people overlap, the mean of their vectors.
    """
    first, second = np.array(skeleton.limbs).T
    start, along = xy[:, first], xy[:, second] - xy[:, first]
    length = np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-3)
    unit = along / length  # (people, limbs, 2); NaN where an end is not labelled
    away = _centres(cells) - start[..., None]  # (people, limbs, 2, cells)
    ux, uy = unit[..., 0, None, None], unit[..., 1, None, None]
    dx, dy = away[:, :, 0, None, :], away[:, :, 1, :, None]
    forward, across = dx * ux + dy * uy, np.abs(dx * uy - dy * ux)
    over = length[..., None] + HALF_WIDTH / 2
    near = (forward > -HALF_WIDTH / 2) & (forward < over) & (across < HALF_WIDTH)
    count = np.maximum(near.sum(0), 1)
    fields = np.einsum("plhw,plc->lchw", near.astype(np.float32), np.nan_to_num(unit))
    return np.asarray((fields / count[:, None]).reshape(-1, cells, cells), np.float32)


def known_mask(labels: Labels, suspicion: Bytes, affine: Floats, cells: int) -> Floats:
    """Mark the cells where the labels tell the truth, (cells, cells) of 0 and 1.

    Parameters
    ----------
    labels : Labels
        In pixels of the stored image.
    suspicion : ndarray (height / 4, width / 4)
        1 where somebody without labels may stand, at a quarter of the image's size.
    affine : ndarray (2, 3)
        Brings pixels of the image to input pixels.
    cells : int
        Height and width of the mask.
    """
    mask = np.ones((cells, cells), np.float32)
    if not labels.complete:
        mask -= cv2.warpAffine(
            suspicion, _between_grids(affine), (cells, cells), flags=cv2.INTER_NEAREST
        )
        _fill(mask, labels.boxes, affine, MARGIN, 1.0)
    _fill(mask, labels.crowds, affine, 0.0, 0.0)
    return mask


def large_mask(labels: Labels, affine: Floats, cells: int) -> Floats:
    """Mark the cells of large people, who shall stay as they are drawn; (cells, cells) of 0 and 1.

    Parameters
    ----------
    labels, affine, cells
        As in `known_mask`.
    """
    mask = np.zeros((cells, cells), np.float32)
    zoom = np.sqrt(abs(np.linalg.det(affine[:, :2])))
    large = zoom * labels.boxes[:, 2:].max(1, initial=0.0) >= LARGE
    _fill(mask, labels.boxes[large], affine, MARGIN, 1.0)
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


def _between_grids(affine: Floats) -> Floats:
    """Bring cells of a suspicion to cells of a map, given the way between their pixels."""
    shift = affine[:, :2] @ np.full(2, (SUSPICION_STRIDE - 1) / 2, np.float32) + affine[:, 2]
    linear = affine[:, :2] * SUSPICION_STRIDE / STRIDE
    return np.column_stack([linear, (shift - (STRIDE - 1) / 2) / STRIDE]).astype(np.float32)


def _centres(cells: int) -> NDArray[np.float32]:
    return np.arange(cells, dtype=np.float32) * STRIDE + (STRIDE - 1) / 2
