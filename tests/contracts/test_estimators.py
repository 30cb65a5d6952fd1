"""Every estimator: its skeleton, nobody in an empty picture, what it is unsure of is missing."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.maps import crowd, draw_maps
from tracker.networks import Network
from tracker.plugins import load_plugin, plugin_names
from tracker.poses import Poses
from tracker.skeleton import BODY25, COCO18, MPI15, Skeleton

ESTIMATORS = plugin_names("tracker.estimators")
SIZE = (48, 46)
IMAGE = np.zeros((SIZE[1] * 8, SIZE[0] * 8, 3), np.uint8)


class FixedEngine:
    """Gives the same maps for every picture."""

    name, device, precision, streams = "fixed", "cpu", "float32", 1

    def __init__(self, maps: NDArray[np.float32]) -> None:
        self.maps = maps

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.repeat(self.maps[None], len(images), 0)

    def release(self) -> None:
        """Has nothing to give back."""


def estimate(name: str, skeleton: Skeleton, people: NDArray[np.float64]) -> Poses:
    module = load_plugin("tracker.estimators", name)
    classes = inspect.getmembers(module, inspect.isclass)
    estimator = next(
        c for n, c in classes if n.endswith("Estimator") and c.__module__ == module.__name__
    )
    network = Network(name="fixed", format="onnx", file="fixed.onnx", skeleton=skeleton)
    instance = estimator(network, FixedEngine(draw_maps(skeleton, people, SIZE)))
    assert instance.skeleton is skeleton
    poses: Poses = instance.estimate(IMAGE)
    return poses


@pytest.mark.parametrize("skeleton", [COCO18, MPI15, BODY25], ids=lambda s: s.name)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_nobody_in_an_empty_picture(name: str, skeleton: Skeleton) -> None:
    poses = estimate(name, skeleton, np.empty((0, len(skeleton), 2)))
    assert len(poses) == 0
    assert poses.skeleton is skeleton


@pytest.mark.parametrize("skeleton", [COCO18, MPI15, BODY25], ids=lambda s: s.name)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_what_is_not_seen_is_missing(name: str, skeleton: Skeleton) -> None:
    people = crowd(skeleton, 1, SIZE)
    hidden = skeleton.index("right_ankle")
    people[:, hidden] = np.nan
    poses = estimate(name, skeleton, people)
    assert len(poses) == 1
    assert np.isnan(poses.xy[0, hidden]).all()
    assert np.isnan(poses.score[0, hidden])
    assert ((poses.score[poses.seen] >= 0) & (poses.score[poses.seen] <= 1)).all()
