"""The tutorial's pipeline with a network of posetrail's, in OpenVINO (one frame at a time) or cv2.dnn."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.tutorial import Maps, Point, follow
from posetrail.config import PoseSettings
from posetrail.resources import models_dir
from tracker.decoding import InputGeometry
from tracker.model_store import ModelStore
from tracker.networks import Network
from tracker.video import open_source

PACKAGES = ("openvino", "opencv-python")


def prepare(
    clip: Path, folder: Path, model: str = "default", runner: str = "openvino"
) -> Callable[[int], int]:
    """Load the network; give a function that processes some frames and says how many they were."""
    network, path = ModelStore(models_dir()).resolve(model)
    if network.channel_order != "confidence_paf":
        raise ValueError("the tutorial's pipeline wants confidence maps first")
    with open_source(clip) as source:
        size = source.info.width, source.info.height
    height = PoseSettings().height
    geometry = InputGeometry.fit(
        size, height=int(height), multiple=network.multiple, stride=network.stride
    )
    forward = {"openvino": with_openvino, "dnn": with_dnn}[runner](network, path)

    def run(frames: int) -> int:
        rows = follow(str(clip), frames, network, geometry.padded, forward)
        write(folder / "tutorial.csv", rows)
        return frames

    return run


def with_openvino(network: Network, path: Path) -> Callable[[Maps], Maps]:
    """Run the network as OpenVINO's own first example does: compile for the processor, call it."""
    import openvino

    compiled: list[openvino.CompiledModel] = []

    def forward(blob: Maps) -> Maps:
        given = blob if network.layout == "nchw" else blob.transpose(0, 2, 3, 1).copy()
        if not compiled:
            core = openvino.Core()
            model = core.read_model(path)
            model.reshape(given.shape)
            compiled.append(core.compile_model(model, "CPU"))
        outputs: list[NDArray[np.float32]] = list(compiled[0](given).values())
        maps = np.concatenate(outputs, 1 if network.layout == "nchw" else 3)[0]
        return maps if network.layout == "nchw" else np.ascontiguousarray(maps.transpose(2, 0, 1))

    return forward


def with_dnn(network: Network, path: Path) -> Callable[[Maps], Maps]:
    """Run the network in OpenCV."""
    net = cv2.dnn.readNet(str(path))

    def forward(blob: Maps) -> Maps:
        net.setInput(blob)
        maps: Maps = net.forward()[0]
        return maps

    return forward


def write(path: Path, rows: list[tuple[int, int, list[Point | None]]]) -> None:
    """Write one row for each person and frame."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        for frame, track_id, keypoints in rows:
            writer.writerow([frame, track_id, *(v for k in keypoints for v in k or ("", "", ""))])
