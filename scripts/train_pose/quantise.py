"""Makes the int8 sister of an exported network: ``python -m scripts.train_pose.quantise --help``.

Weights and activations of most convolutions become 8-bit integers (nncf, post-training, one scale for
each channel of weights, biases corrected), ranges taken from training images. What lost too much in
int8, each layer measured alone (docs/decisions/0101-int8.md), stays float: the first
convolutions, the finest levels of the pyramid and the branches that read them, and all drawing.
The result is OpenVINO IR; the manifest names it under ``int8``.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from pathlib import Path

import cv2
import nncf
import numpy as np
import openvino
from numpy.typing import NDArray

from scripts.train_pose.data import held_out, read_labels

#: Names of the layers that become integers: blocks of the trunk but the first, and its last layer. What
#: follows loses too much (docs/decisions/0101-int8.md).
INTEGERS = r".*trunk/(blocks[.]([1-9]|1[0-6])/|last)"
#: Height and width of the images that ranges are taken from: 4:3, what input height 368 becomes.
SIZE = (384, 512)


def quantise(model: openvino.Model, images: list[Path]) -> openvino.Model:
    """Give a network with int8 convolutions, of free height and width like the one given.

    Parameters
    ----------
    model : openvino.Model
        Takes one image (1, 3, height, width), BGR / 127.5 - 1. Is reshaped.
    images : list of Path
        Ranges are taken from these.
    """
    model.reshape([1, 3, *SIZE])
    smaller = nncf.quantize(
        model,
        nncf.Dataset(images, seen),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(images),
        ignored_scope=nncf.IgnoredScope(patterns=[f"^(?!{INTEGERS}).*"], validate=False),
    )
    smaller.reshape([1, 3, -1, -1])
    return smaller


def seen(path: Path) -> NDArray[np.float32]:
    """Read an image as the network sees it: as large as fits into `SIZE`, black beside it."""
    image = cv2.imread(str(path))
    if image is None:
        raise ValueError(f"{path} is no image.")
    share = min(SIZE[0] / image.shape[0], SIZE[1] / image.shape[1])
    # At least one pixel, and never beyond SIZE by rounding.
    height, width = (
        min(max(round(share * n), 1), m) for n, m in zip(image.shape, SIZE, strict=False)
    )
    padded = np.zeros((*SIZE, 3), np.uint8)
    padded[:height, :width] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return (padded.transpose(2, 0, 1)[None].astype(np.float32) - 127.5) / 127.5


def main() -> None:
    """Read the command line, quantise and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="what scripts.train_pose.export wrote")
    parser.add_argument(
        "data", type=Path, help="COCO folder of training: annotations.json, images/"
    )
    parser.add_argument("file", type=Path, help="models/pose/<name>-int8.xml; a .bin beside it")
    parser.add_argument("--images", type=int, default=100, help="ranges are taken from so many")
    given = parser.parse_args()
    labels = read_labels(given.data / "annotations.json")
    names = [name for name, out in zip(labels, held_out(labels.values()), strict=True) if not out]
    chosen = random.Random(0).sample(names, given.images)
    model = openvino.convert_model(given.network)
    openvino.save_model(
        quantise(model, [given.data / "images" / name for name in chosen]), given.file
    )
    for file in (given.file, given.file.with_suffix(".bin")):
        content = file.read_bytes()
        print(f"{file} {len(content)} bytes sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
