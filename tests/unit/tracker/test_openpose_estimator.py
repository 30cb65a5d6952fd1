"""The OpenPose estimator with an engine that draws what a network would see."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.maps import crowd, draw_maps
from tracker.engine import choose_engine
from tracker.errors import ModelError
from tracker.estimators.openpose import OpenPoseEstimator
from tracker.networks import Network
from tracker.parts import Part
from tracker.skeleton import COCO18

NETWORK = Network(name="drawn", format="onnx", file="drawn.onnx", skeleton=COCO18)


class DrawingEngine:
    """Sees `people` people wherever the picture's mean is above black."""

    name, device, precision, streams = "drawing", "cpu", "float32", 2

    def __init__(self, channels: int = COCO18.n_channels) -> None:
        self.channels = channels
        self.sizes: list[tuple[int, ...]] = []

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.sizes.append(images.shape)
        size = (images.shape[2] // 8, images.shape[1] // 8)
        crowds = [
            crowd(COCO18, 2, size) if image[:8, :8].any() else np.empty((0, 18, 2))
            for image in images
        ]
        return np.stack([draw_maps(COCO18, people, size)[: self.channels] for people in crowds])

    def release(self) -> None:
        """Has nothing to give back."""


def test_poses_are_in_pixels_of_the_picture() -> None:
    estimator = OpenPoseEstimator(NETWORK, DrawingEngine())
    poses = estimator.estimate(np.full((720, 1280, 3), 200, np.uint8))
    truth = estimator.geometry((1280, 720)).to_original(crowd(COCO18, 2, (82, 46)))
    order = np.argsort(poses.xy[:, 1, 0])
    assert np.abs(poses.xy[order] - truth).max() < 1
    assert estimator.skeleton is COCO18


def test_an_empty_picture_has_nobody() -> None:
    assert (
        len(OpenPoseEstimator(NETWORK, DrawingEngine()).estimate(np.zeros((90, 160, 3), np.uint8)))
        == 0
    )


@pytest.mark.parametrize(("height", "seen"), [(368, (1, 368, 656, 3)), (None, (1, 104, 168, 3))])
def test_the_network_sees_the_height_asked_for(height: int | None, seen: tuple[int, ...]) -> None:
    engine = DrawingEngine()
    OpenPoseEstimator(NETWORK, engine, height=height).estimate(
        np.zeros((101, 180, 3), np.uint8)[:, :165]
    )
    width = {368: 608, None: 168}[height]
    assert engine.sizes == [(1, seen[1], width, 3)]


def test_maps_of_the_wrong_shape_are_refused() -> None:
    estimator = OpenPoseEstimator(NETWORK, DrawingEngine(channels=44))
    with pytest.raises(ModelError, match=r"\(57, 46, 82\), found \(44, 46, 82\)"):
        estimator.estimate(np.zeros((720, 1280, 3), np.uint8))


def test_threads_get_their_own_answers_and_times_add_up() -> None:
    estimator = OpenPoseEstimator(NETWORK, DrawingEngine())
    images = [np.full((92, 164, 3), 200 * (i % 2), np.uint8) for i in range(12)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(estimator.estimate, images))
    assert [len(poses) for poses in found] == [0, 2] * 6
    timings = estimator.timings
    assert set(timings) == {"resize", "network", "parse"}
    assert all(seconds > 0 for seconds in timings.values())


def test_people_of_parts_are_in_pixels_of_the_whole_picture() -> None:
    engine = DrawingEngine()
    estimator = OpenPoseEstimator(NETWORK, engine)
    image = np.full((720, 1280, 3), 200, np.uint8)
    image[:, 640:] = 0
    parts = [
        Part(100, 200, 320, 320, 160),
        Part(0, 0, 1280, 720, 720),
        Part(900, 0, 80, 80, 160),
    ]
    found = estimator.estimate_parts(image, parts)
    assert [len(poses) for poses in found] == [2, 2, 0]
    truth = 2 * crowd(COCO18, 2, (20, 20)) * 8 + (2 * 3.5 + 0.5) + [100, 200]
    assert np.abs(found[0].xy - truth).max() < 2
    assert engine.sizes == [(2, 160, 160, 3), (1, 720, 1280, 3)]
    assert estimator.estimate_parts(image, []) == []


def test_people_in_a_photograph_are_found(shared_data: Path) -> None:
    """The public network on a real picture with labelled people: the first of the set with two."""
    path = shared_data / "models" / "openpose_mobilenet_thin.pb"
    network = Network(
        name="thin", format="tensorflow", file=path.name, layout="nhwc", skeleton=COCO18
    )
    engine = choose_engine(network, path, precision="float32")
    image = cv2.imread(str(shared_data / "pose" / "coco_dev" / "images" / "000000000885.jpg"))
    poses = OpenPoseEstimator(network, engine).estimate(image)
    labelled_nose = np.array([322.57, 186.15])
    nearest = np.nanmin(np.linalg.norm(poses.xy[:, COCO18.index("nose")] - labelled_nose, axis=1))
    assert nearest < 5
