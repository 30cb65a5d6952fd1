"""The networks that ship: their files, cards and answers, the same in every engine."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tracker.engine import Engine, choose_engine
from tracker.networks import Network, read_manifest

MODELS = Path(__file__).resolve().parents[3] / "models"
MANIFEST = read_manifest(MODELS / "manifest.yaml")
SHIPPED = [network for network in MANIFEST.values() if (MODELS / network.file).is_file()]
#: What git and the wheel can bear.
LARGEST_BYTES = 12_000_000


@pytest.fixture(params=SHIPPED, ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    return request.param


def test_two_networks_ship_and_the_default_is_one() -> None:
    names = {network.name for network in SHIPPED}
    assert {MANIFEST.default, "accurate"} <= names


def test_file_is_the_described_one_and_has_a_card(network: Network) -> None:
    file = MODELS / network.file
    content = file.read_bytes()
    assert hashlib.sha256(content).hexdigest() == network.sha256
    assert len(content) <= LARGEST_BYTES
    assert "Apache-2.0" in file.with_suffix(".md").read_text() or "default.md" in (
        file.with_suffix(".md").read_text()
    )


@cache
def engine(name: str, engine_name: str) -> Engine:
    network = MANIFEST[name]
    path = MODELS / network.file
    precision = "float32" if engine_name == "openvino" else "auto"
    return choose_engine(network, path, engine_name, precision=precision, streams=1)


def test_engines_agree(network: Network) -> None:
    pytest.importorskip("onnxruntime")
    picture = np.random.default_rng(0).integers(0, 255, (1, 96, 160, 3), np.uint8)
    first, second = (
        engine(network.name, name).infer(picture) for name in ("openvino", "onnxruntime")
    )
    assert first.shape == (1, network.skeleton.n_channels, 12, 20)
    np.testing.assert_allclose(first, second, atol=1e-3)


@pytest.mark.parametrize("size", [(32, 32), (96, 160)])
def test_an_empty_picture_has_nobody(network: Network, size: tuple[int, int]) -> None:
    grey = np.full((1, *size, 3), 127, np.uint8)
    maps = engine(network.name, "openvino").infer(grey)[0]
    keypoints = len(network.skeleton)
    assert maps[:keypoints].max() < 0.04, "below what a decoder takes for a peak"
    assert maps[keypoints].min() > 0.9, "all background"
