"""Every file in tracker/engines is an engine: it says what it is and loads a network it says it reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.networks import expected_maps, tiny_network
from tracker.engine import DEVICES, PRECISIONS, engine_names
from tracker.plugins import load_plugin

FORMATS = {"onnx", "openvino", "tensorflow", "caffe"}


@pytest.mark.parametrize("name", engine_names())
def test_says_what_it_is(name: str) -> None:
    module = load_plugin("tracker.engines", name)
    assert name == module.NAME
    assert module.FORMATS
    assert module.FORMATS <= FORMATS
    installed = module.version()
    if installed is None:
        pytest.skip(f"{name} is not installed")
    assert installed[0].isdigit()
    assert "cpu" in module.devices()
    assert set(module.devices()) <= set(DEVICES)


@pytest.mark.parametrize("name", engine_names())
def test_loads_and_runs(name: str, tmp_path: Path) -> None:
    module = load_plugin("tracker.engines", name)
    if module.version() is None:
        pytest.skip(f"{name} is not installed")
    network, path = tiny_network(tmp_path, sorted(module.FORMATS)[0])
    engine = module.load(network, path, threads=1)
    assert engine.name == name
    assert engine.device in DEVICES
    assert engine.precision in PRECISIONS
    assert engine.streams >= 1
    with pytest.raises(ValueError, match="expected uint8"):
        engine.infer(np.empty((0, 32, 32, 3), np.uint8))
    image = np.full((1, 32, 32, 3), 200, np.uint8)
    wanted = expected_maps(network, image)
    assert np.abs(engine.infer(image) - wanted).max() <= 0.02 * np.abs(wanted).max()


def test_every_format_has_an_engine() -> None:
    read = {
        kind for name in engine_names() for kind in load_plugin("tracker.engines", name).FORMATS
    }
    assert read == FORMATS
