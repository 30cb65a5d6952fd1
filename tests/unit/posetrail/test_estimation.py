"""What a run says of the network that it used."""

from __future__ import annotations

import pytest

from posetrail.config import PoseSettings
from posetrail.estimation import load_estimation
from posetrail.resources import models_dir
from tracker.networks import read_manifest


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_the_facts_name_the_file_that_ran(precision: str) -> None:
    manifest = read_manifest(models_dir() / "manifest.yaml")
    network = manifest.networks["accurate"]
    sister = network.in_int8()
    assert sister is not None
    estimation = load_estimation(PoseSettings(model="accurate", precision=precision), size=(64, 64))
    ran = sister if precision == "int8" else network
    assert estimation.facts["sha256"] == ran.sha256
    assert estimation.facts["precision"] == precision
