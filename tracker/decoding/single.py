"""The single-person reading: the highest point of every confidence map."""

from __future__ import annotations

import numpy as np

from tracker.decoding.geometry import InputGeometry
from tracker.decoding.peaks import refine, smoothed
from tracker.decoding.settings import DecoderSettings
from tracker.poses import FloatArray, Poses
from tracker.skeleton import Skeleton


def decode_single(
    maps: FloatArray, skeleton: Skeleton, geometry: InputGeometry, settings: DecoderSettings
) -> Poses:
    """Read one person from the global maxima of the confidence maps.

    For pictures known to show one person: no limb has to be found, so a keypoint that stands alone
    counts. With several people their keypoints get mixed.

    Parameters
    ----------
    maps : float32 array, shape (channels, height, width)
        Confidence maps first; the field maps are not looked at.
    skeleton : Skeleton
        The layout of the channels.
    geometry : InputGeometry
        Where the map cells lie in the original picture.
    settings : DecoderSettings
        Smoothing, peak threshold and the smallest number of keypoints.

    Returns
    -------
    Poses
        One person, or nobody where too few keypoints stand out.
    """
    confidence = smoothed(maps[: len(skeleton)], settings.smoothing)
    height, width, n_keypoints = confidence.shape
    flat = confidence.reshape(height * width, n_keypoints)
    keypoint = np.arange(n_keypoints)
    best = flat.argmax(0)
    score = flat[best, keypoint]
    found = score > settings.peak_threshold
    if found.sum() < settings.min_keypoints:
        return Poses.empty(skeleton)
    cells = refine(confidence, best % width, best // width, keypoint)
    xy = np.where(found[:, None], geometry.to_original(cells), np.nan)
    seen_score = np.where(found, np.clip(score, 0, 1), np.nan)
    return Poses(skeleton, xy[None].astype(np.float32), seen_score[None].astype(np.float32))
