"""Keypoint candidates: the peaks of the confidence maps, all keypoints in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.decoding.settings import DecoderSettings
from tracker.poses import FloatArray

IntArray = NDArray[np.intp]

# The neighbours before and after a cell in reading order. A peak is above the first and not below
# the second, so exactly one of two equal neighbours is a peak (maps in bfloat16 have many).
_BEFORE = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)
_AFTER = np.ascontiguousarray(_BEFORE[::-1, ::-1])
_LEAST = 1e-6


@dataclass(frozen=True)
class Peaks:
    """Candidates of every keypoint, ordered by keypoint, then by falling score.

    Parameters
    ----------
    keypoint : int array, shape (peaks,)
        Which keypoint each is a candidate of, rising.
    cells : float32 array, shape (peaks, 2)
        x and y in map cells; a cell's centre is at its whole number.
    score : float32 array, shape (peaks,)
        Confidence at the peak.
    """

    keypoint: IntArray
    cells: FloatArray
    score: FloatArray

    def __len__(self) -> int:
        """Count the candidates."""
        return len(self.keypoint)


def find_peaks(confidence: FloatArray, settings: DecoderSettings) -> Peaks:
    """Find the peaks of the confidence maps to a fraction of a cell.

    Parameters
    ----------
    confidence : float32 array, shape (keypoints, height, width)
        The confidence maps, without the background.
    settings : DecoderSettings
        Smoothing, threshold and the largest number of candidates.

    Notes
    -----
    Cao et al., "Realtime multi-person 2D pose estimation using part affinity fields" (CVPR 2017),
    section 2.2: maxima of the maps. The place between the cells is the vertex of the parabola
    through the logarithms of three neighbours, which is exact for the Gaussians networks are
    trained on.
    """
    maps = smoothed(confidence, settings.smoothing)
    above = maps > np.maximum(cv2.dilate(maps, _BEFORE), settings.peak_threshold)
    y, x, keypoint = np.nonzero(above & (maps >= cv2.dilate(maps, _AFTER)))
    kept = _best_of_each(keypoint, maps[y, x, keypoint], settings.max_peaks)
    y, x, keypoint = y[kept], x[kept], keypoint[kept]
    cells = np.stack([x, y], 1).astype(np.float32)
    if settings.sub_pixel:
        cells = refine(maps, x, y, keypoint)
    return Peaks(keypoint, cells, maps[y, x, keypoint])


def smoothed(confidence: FloatArray, sigma: float) -> FloatArray:
    """Smooth maps and put their channels last.

    Parameters
    ----------
    confidence : float32 array, shape (keypoints, height, width)
        The confidence maps.
    sigma : float
        Sigma of the Gaussian in cells; 0 for none.

    Returns
    -------
    float32 array, shape (height, width, keypoints)
        Contiguous.
    """
    maps = np.ascontiguousarray(confidence.transpose(1, 2, 0), dtype=np.float32)
    if not sigma:
        return maps
    blurred: FloatArray = cv2.GaussianBlur(maps, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return blurred


def refine(maps: FloatArray, x: IntArray, y: IntArray, keypoint: IntArray) -> FloatArray:
    """Place maxima between the cells.

    Parameters
    ----------
    maps : float32 array, shape (height, width, keypoints)
        The confidence maps.
    x, y, keypoint : int arrays, shape (peaks,)
        The cells of the maxima.

    Returns
    -------
    float32 array, shape (peaks, 2)
        x and y in cells, at most half a cell from the maximum; at the border of the maps the cell.
    """
    height, width = maps.shape[:2]
    left, right = np.maximum(x - 1, 0), np.minimum(x + 1, width - 1)
    up, down = np.maximum(y - 1, 0), np.minimum(y + 1, height - 1)
    rows, columns = np.stack([y, y, y, up, down]), np.stack([x, left, right, x, x])
    centre, before_x, after_x, before_y, after_y = np.log(
        np.maximum(maps[rows, columns, keypoint], _LEAST)
    )
    before, after = np.stack([before_x, before_y], 1), np.stack([after_x, after_y], 1)
    curvature = before + after - 2 * centre[:, None]
    inside = np.stack([right - left, down - up], 1) == 2
    sharp = inside & (curvature < -_LEAST)
    shift = np.where(sharp, 0.5 * (before - after), 0) / np.where(sharp, curvature, 1)
    cells = np.stack([x, y], 1) + np.clip(shift, -0.5, 0.5)
    return cells.astype(np.float32)


def _best_of_each(keypoint: IntArray, score: FloatArray, most: int) -> IntArray:
    """Order candidates by keypoint, then by falling score; keep the first ``most`` of each."""
    order = np.lexsort((-score, keypoint))
    ordered = keypoint[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept: IntArray = order[rank < most]
    return kept
