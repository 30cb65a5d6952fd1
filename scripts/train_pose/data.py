"""COCO images and people, decoded once into one memory-mapped array."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import COCO17, COCO18, Skeleton

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
LONGEST = 640
HELD_OUT_EVERY = 8


@dataclass(frozen=True)
class Labels:
    """What is known about one image, in its pixels.

    Parameters
    ----------
    xy : ndarray (people, keypoints, 2)
        Where the keypoints are; NaN where not labelled.
    boxes : ndarray (people, 4)
        Left, top, width, height of each labelled person.
    crowds : ndarray (crowds, 4)
        Boxes of people without keypoints: nothing is known inside.
    complete : bool
        Whether everybody else is known to be absent. If not, only the surroundings of the labelled
        people may teach.
    """

    xy: Floats
    boxes: Floats
    crowds: Floats
    complete: bool

    def scaled(self, factor: float) -> Labels:
        """Give the labels of the image resized by `factor`."""
        xy = (self.xy + 0.5) * factor - 0.5
        return Labels(xy, self.boxes * factor, self.crowds * factor, self.complete)


def read_labels(annotations: Path) -> dict[str, Labels]:
    """Read a COCO keypoint file with `ignore_known` marks: labels by file name, in file order.

    Images without a labelled person are left out.
    """
    content = json.loads(annotations.read_text())
    by_image: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for entry in content["annotations"]:
        by_image[entry["image_id"]].append(entry)
    found = {im["file_name"]: _labels(im, by_image[im["id"]]) for im in content["images"]}
    return {name: labels for name, labels in found.items() if len(labels.xy)}


def _labels(image: dict[str, Any], entries: list[dict[str, Any]]) -> Labels:
    people = [e for e in entries if not e["iscrowd"] and e["num_keypoints"]]
    others = [e for e in entries if e["iscrowd"] or not e["num_keypoints"]]
    keypoints = np.array([e["keypoints"] for e in people], np.float32).reshape(-1, len(COCO17), 3)
    return Labels(
        with_neck(np.where(keypoints[..., 2:] > 0, keypoints[..., :2], np.nan)),
        np.array([e["bbox"] for e in people], np.float32).reshape(-1, 4),
        np.array([e["bbox"] for e in others], np.float32).reshape(-1, 4),
        image.get("ignore_known") is not None,
    )


def held_out(labels: Iterable[Labels]) -> list[bool]:
    """Say of each image whether no training may see it: every eighth of the completely labelled.

    Thresholds and snapshots are judged on these, so that `coco_dev` need not be looked at.
    """
    complete = -1
    kept = []
    for known in labels:
        complete += known.complete
        kept.append(known.complete and complete % HELD_OUT_EVERY == 0)
    return kept


def with_neck(xy: Floats, skeleton: Skeleton = COCO18) -> Floats:
    """Reorder COCO's 17 keypoints and put the neck between the shoulders.

    Parameters
    ----------
    xy : ndarray (people, 17, 2)
        NaN where not labelled.

    Returns
    -------
    ndarray (people, 18, 2)
        The neck is NaN where a shoulder is.
    """
    sides = [COCO17.index(f"{side}_shoulder") for side in ("left", "right")]
    known = {name: xy[:, k] for k, name in enumerate(COCO17.keypoints)}
    known["neck"] = xy[:, sides].mean(1)
    return np.stack([known[name] for name in skeleton.keypoints], 1).astype(np.float32)


@dataclass(frozen=True)
class Pictures:
    """Images, decoded, and their labels; the pixels stay on disk until they are looked at."""

    pixels: Bytes
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    labels: tuple[Labels, ...]

    def __len__(self) -> int:
        """Count the images."""
        return len(self.labels)

    def image(self, k: int) -> Bytes:
        """Give image `k`, (height, width, 3), RGB."""
        height, width = self.sizes[k]
        start = self.starts[k]
        return self.pixels[start : start + height * width * 3].reshape(height, width, 3)


def open_pictures(folder: Path, cache: Path) -> Pictures:
    """Open the images and labels of a COCO folder, decoding them into `cache` the first time.

    Parameters
    ----------
    folder : Path
        Holds ``images/`` and ``annotations.json``.
    cache : Path
        Where the decoded images are kept; about 300 kB an image.
    """
    labels = read_labels(folder / "annotations.json")
    flat, sizes_file = cache / f"{folder.name}.u8", cache / f"{folder.name}.npy"
    if not sizes_file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        sizes = _decode([folder / "images" / name for name in labels], flat)
        np.save(sizes_file, sizes)  # last: its presence says that the pixels are whole
    table = np.load(sizes_file)
    counts = table[:, 0] * table[:, 1] * 3
    fitted = (
        entry.scaled(scale / 1e6) for entry, scale in zip(labels.values(), table[:, 2], strict=True)
    )
    pixels = np.memmap(flat, np.uint8, "r")
    return Pictures(pixels, np.cumsum(counts) - counts, table[:, :2], tuple(fitted))


def _decode(files: list[Path], flat: Path) -> NDArray[np.int64]:
    """Write the pixels of all files one after another; give height, width, 1e6 x scale of each."""
    sizes = []
    with flat.open("wb") as out:
        for file in files:
            image = cv2.imread(str(file))
            if image is None:
                raise ValueError(f"{file}: expected an image, found none that can be read")
            scale = min(1.0, LONGEST / max(image.shape[:2]))
            if scale < 1:
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            out.write(np.ascontiguousarray(image[..., ::-1]).tobytes())
            sizes.append((*image.shape[:2], round(scale * 1e6)))
    return np.array(sizes, np.int64)
