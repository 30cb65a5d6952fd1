"""The public surface is a test: a name that appears or goes is a decision, not an accident."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import posetrail

PUBLIC = {
    "Action", "Config", "ConfigError", "EvaluationError", "FeatureSet", "FormatError", "Frame", "LabelError",
    "ModelError", "ModelFetchError", "OutputError", "PoseTable", "Poses", "PosetrailError", "Run", "Skeleton",
    "State", "TrackingError", "Tracks", "UsageError", "VideoError", "Windows", "load_config", "open_run",
    "open_source", "run",
}  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(posetrail.__all__) == set(posetrail._HOME) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(posetrail, name)
    assert inspect.getdoc(thing)


@pytest.mark.parametrize("name", ["run", "open_run", "load_config", "open_source"])
def test_public_functions_document_parameters_and_errors(name: str) -> None:
    text = inspect.getdoc(getattr(posetrail, name)) or ""
    assert "Parameters\n" in text
    assert "Raises\n" in text


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        _ = posetrail.runn


def test_every_error_has_a_documented_exit_code() -> None:
    errors = [getattr(posetrail, name) for name in PUBLIC if name.endswith("Error")]
    assert all(0 < error.exit_code < 126 for error in errors)
    assert all(issubclass(error, posetrail.PosetrailError) for error in errors)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, posetrail; print(*{'cv2', 'pandas', 'openvino', 'av', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
