"""Where somebody without labels may stand: found once, by MoveNet as it was published.

In most images only some people are labelled. What MoveNet sees nobody in is background and may
teach; where it suspects somebody, nothing is known.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from scripts.train_pose.data import Bytes, Pictures
from scripts.train_pose.targets import STRIDE
from scripts.train_pose.trunk import MULTIPLE, MoveNetTrunk

# Of one of MoveNet's keypoint maps. Low: a wrongly forbidden place costs little, a person called
# background teaches the network to overlook people.
SUSPICION = 0.05
# Suspicion reaches as far around a place, in pixels of the image: half a small person.
REACH = 24


def open_suspicions(pictures: Pictures, published: Path, cache: Path) -> tuple[Bytes, ...]:
    """Give for every image, at a quarter of its size, 1 where an unlabelled person may stand.

    Parameters
    ----------
    pictures : Pictures
        The images; those that are labelled completely are not looked at.
    published : Path
        ``movenet-multipose.json``.
    cache : Path
        Where the result is kept.

    Returns
    -------
    tuple of ndarray (height / 4, width / 4)
        Rounded up; zeros for complete images.
    """
    file = cache / "suspicions.npz"
    if not file.exists():
        found = _look(pictures, published)
        np.savez_compressed(file, *found)
    with np.load(file) as stored:
        return tuple(stored[f"arr_{k}"] for k in range(len(pictures)))


def _look(pictures: Pictures, published: Path) -> list[Bytes]:
    trunk = MoveNetTrunk()
    trunk.load_published(published)
    trunk.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return [
        np.zeros(-(-pictures.sizes[k] // STRIDE), np.uint8)
        if labels.complete
        else suspicion(trunk, pictures.image(k))
        for k, labels in enumerate(pictures.labels)
    ]


@torch.no_grad()
def suspicion(trunk: MoveNetTrunk, image: Bytes) -> Bytes:
    """Mark where MoveNet suspects a keypoint of anybody, and its surroundings.

    Parameters
    ----------
    trunk : MoveNetTrunk
        With its published weights.
    image : ndarray (height, width, 3)
        RGB.

    Returns
    -------
    ndarray (height / 4, width / 4)
        0 or 1, rounded up.
    """
    height, width = image.shape[:2]
    pixels = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    padded = F.pad(pixels, (0, -width % MULTIPLE, 0, -height % MULTIPLE))
    with torch.autocast("cpu", torch.bfloat16):
        finest = trunk(padded.contiguous(memory_format=torch.channels_last))
        heat = torch.sigmoid(trunk.branches["kpt_heatmap"](finest).float())
    rows, columns = -(-height // STRIDE), -(-width // STRIDE)
    suspected = heat[0].amax(0)[:rows, :columns].numpy() > SUSPICION
    reach = 2 * (REACH // STRIDE) + 1
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate(suspected.astype(np.uint8), around), np.uint8)
