"""People drawn as maps are found again by a plain OpenPose decoder."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")
pytest.importorskip("onnx", reason="the export needs the extra `train`")

from scripts.train_pose.drawn import DrawnMoveNet, Places
from scripts.train_pose.export import export
from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.skeleton import COCO17, COCO18

ROWS, COLUMNS = 24, 32


@pytest.fixture(scope="module")
def net() -> DrawnMoveNet:
    torch.manual_seed(0)
    return DrawnMoveNet().eval()


def standing(x: float, y: float, height: float) -> np.ndarray:
    """COCO-17 keypoints of somebody who stands upright, in input pixels."""
    rows = [0.05, 0.03, 0.03, 0.04, 0.04, *np.repeat([0.2, 0.35, 0.5, 0.52, 0.75, 0.97], 2)]
    sides = [0, 0.03, -0.03, 0.06, -0.06, *(sign * 0.12 for _ in range(6) for sign in (1, -1))]
    return np.stack([x + height * np.array(sides), y + height * np.array(rows)], -1)


def places(people: list[np.ndarray]) -> Places:
    # MoveNet's cells of stride 4 count from their corner; pixels from their centre.
    cells = torch.tensor((np.stack(people) + 0.5) / 4, dtype=torch.float32)
    return Places(torch.floor(cells), cells - torch.floor(cells))


def test_decoder_finds_the_people_that_were_drawn(net: DrawnMoveNet) -> None:
    people = [standing(60, 20, 150), standing(170, 30, 130)]
    score = torch.full((2, len(COCO17)), 0.8)
    maps = net.draw(*net.with_neck(places(people), score), ROWS, COLUMNS).numpy()
    assert maps.shape == (COCO18.n_channels, ROWS, COLUMNS)
    size = (8 * COLUMNS, 8 * ROWS)
    found = decode(maps, COCO18, InputGeometry(size, size, size, 8), DecoderSettings())
    order = np.argsort(found.xy[:, COCO18.index("neck"), 0])
    assert len(order) == 2
    for name in COCO17.keypoints:
        expected = [person[COCO17.index(name)] for person in people]
        np.testing.assert_allclose(found.xy[order, COCO18.index(name)], expected, atol=2.0)


def test_nobody_draws_nothing(net: DrawnMoveNet) -> None:
    score = torch.zeros(1, len(COCO17))
    maps = net.draw(*net.with_neck(places([standing(60, 20, 150)]), score), ROWS, COLUMNS)
    assert (maps[len(COCO18)] == 1).all(), "all background"
    assert not maps[: len(COCO18)].any()
    assert not maps[COCO18.n_confidence_maps :].any()


def test_guess_moves_to_the_peak_it_means(net: DrawnMoveNet) -> None:
    shape = (2 * ROWS, 2 * COLUMNS)
    centre, heat = torch.zeros(1, *shape), torch.zeros(len(COCO17), *shape)
    guess, offset = torch.zeros(34, *shape), torch.full((34, *shape), 0.25)
    centre[0, 20, 30] = 0.9
    guess[:, 20, 30] = torch.linspace(-15, 15, 34)
    nose_y, nose_x = 20 - 15 + 1, 30 + round(float(guess[1, 20, 30])) - 1
    heat[0, nose_y, nose_x] = 0.7
    heat[0, 40, 60] = 0.9  # somebody else's, far away
    xy, score = net.people(centre, heat, guess, offset)
    place = (xy.cell + xy.rest)[0]
    np.testing.assert_allclose(place[0], [nose_x + 0.25, nose_y + 0.25], atol=1e-5)
    assert score[0, 0] == pytest.approx(0.7 * 0.9)
    last = [30 + float(guess[33, 20, 30]), 20 + float(guess[32, 20, 30])]
    np.testing.assert_allclose(place[16], last, atol=1e-4)
    assert 0 < score[0, 16] < 0.1, "a guess without a peak is faint"
    assert not score[1:].any(), "where there is no centre there is nobody"


def test_exported_file_draws_the_same(net: DrawnMoveNet, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    file = tmp_path / "network.onnx"
    export(net, file, narrow=False)
    session = runtime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    for size in ((64, 96), (96, 64)):
        image = np.random.default_rng(0).uniform(-1, 1, (1, 3, *size)).astype(np.float32)
        with torch.no_grad():
            expected = net(torch.from_numpy(image)).numpy()
        found = session.run(None, {"image": image})[0]
        assert found.shape == (1, COCO18.n_channels, size[0] // 8, size[1] // 8)
        np.testing.assert_allclose(found, expected, atol=1e-3)
