"""From a network's maps to everybody in the picture."""

from __future__ import annotations

import numpy as np

from tracker.decoding.geometry import InputGeometry
from tracker.decoding.limbs import assign, score_limbs
from tracker.decoding.peaks import find_peaks
from tracker.decoding.people import assemble
from tracker.decoding.proportions import stretched
from tracker.decoding.settings import DecoderSettings
from tracker.poses import FloatArray, Poses
from tracker.skeleton import Skeleton


def decode(
    maps: FloatArray, skeleton: Skeleton, geometry: InputGeometry, settings: DecoderSettings
) -> Poses:
    """Read everybody from an OpenPose network's maps.

    Parameters
    ----------
    maps : float32 array, shape (channels, height, width)
        Confidence maps of the keypoints and the background, then two field maps for each limb.
    skeleton : Skeleton
        The layout of the channels.
    geometry : InputGeometry
        Where the map cells lie in the original picture.
    settings : DecoderSettings
        Every threshold.

    Returns
    -------
    Poses
        In pixels of the original picture.

    Notes
    -----
    Cao et al., "Realtime multi-person 2D pose estimation using part affinity fields", CVPR 2017.
    """
    peaks = find_peaks(maps[: len(skeleton)], settings)
    if not len(peaks):
        return Poses.empty(skeleton)
    pairs = score_limbs(maps[skeleton.n_confidence_maps :], peaks, skeleton, settings)
    connections = assign(pairs, len(peaks), settings)
    parts = assemble(connections, peaks, skeleton, settings)
    too_long = stretched(connections, parts, peaks, skeleton, settings.max_stretch)
    if too_long.any():
        parts = assemble(connections[~too_long], peaks, skeleton, settings)
    found = parts >= 0
    cells = np.where(found[..., None], peaks.cells[parts], np.nan)
    score = np.where(found, np.clip(peaks.score[parts], 0, 1), np.nan)
    return Poses(skeleton, geometry.to_original(cells), score.astype(np.float32))
