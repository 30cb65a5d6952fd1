"""The smallest pose model of ultralytics with its own tracker, at 640.

Its weights cannot be had from the package index, so they are random: speed only. Random weights find
nobody, so suppression and tracker have nothing to do, which favours this contestant.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

PACKAGES = ("ultralytics", "torch", "openvino")
SMALLEST = "yolo26n-pose"


def prepare(
    clip: Path, folder: Path, export: bool = False, size: tuple[int, int] | int = 640
) -> Callable[[int], int]:
    """Make the model; give a function that follows people in some frames and says how many they were."""
    os.environ.update(YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true", YOLO_CONFIG_DIR=str(folder))
    from ultralytics import YOLO

    weights = folder / f"{SMALLEST}.pt"
    YOLO(f"{SMALLEST}.yaml", task="pose").save(weights)
    model = YOLO(weights)
    if export:
        model = YOLO(model.export(format="openvino", imgsz=size), task="pose")

    def run(frames: int) -> int:
        results = model.track(
            str(clip), stream=True, imgsz=size, device="cpu", verbose=False, save=False
        )
        return sum(_kept(result) for result in islice(results, frames))

    return run


def _kept(result: Any) -> int:
    """Take keypoints and IDs out of a result, as anybody who wants a table must."""
    _, _ = result.keypoints.data.numpy(), result.boxes.id
    return 1
