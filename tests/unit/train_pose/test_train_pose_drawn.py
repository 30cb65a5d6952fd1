"""People drawn as maps are found again by a plain OpenPose decoder."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")
pytest.importorskip("onnx", reason="the export needs the extra `train`")

from scripts.train_pose.drawn import DrawnMoveNet, _guesses, _offsets
from scripts.train_pose.export import export
from scripts.train_pose.looks import Look, Places, mirrored, rescaled, trust
from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.skeleton import COCO17, COCO18

ROWS, COLUMNS = 24, 32


@pytest.fixture(scope="module")
def net() -> DrawnMoveNet:
    torch.manual_seed(0)
    return DrawnMoveNet((Look(most=60), Look((2, 3), mirrored=True, least=60))).eval()


def standing(x: float, y: float, height: float) -> np.ndarray:
    """COCO-17 keypoints of somebody who stands upright, in input pixels."""
    rows = [0.05, 0.03, 0.03, 0.04, 0.04, *np.repeat([0.2, 0.35, 0.5, 0.52, 0.75, 0.97], 2)]
    sides = [0, 0.03, -0.03, 0.06, -0.06, *(sign * 0.12 for _ in range(6) for sign in (1, -1))]
    return np.stack([x + height * np.array(sides), y + height * np.array(rows)], -1)


def places(people: list[np.ndarray]) -> Places:
    # MoveNet's cells of stride 4 count from their corner; pixels from their centre.
    cells = torch.tensor((np.stack(people) + 0.5) / 4, dtype=torch.float32)
    return Places(torch.floor(cells).long(), cells - torch.floor(cells))


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
    centres = torch.tensor([[30, 20], [5, 5]])
    away = torch.linspace(-15, 15, 34).reshape(1, 17, 2).repeat(2, 1, 1)
    peaks, height = torch.zeros(17, 2, 2, dtype=torch.int64), torch.zeros(17, 2)
    peaks[0] = torch.tensor([[30 - 15 - 1, 20 - 14 + 1], [60, 40]])
    height[0] = torch.tensor([0.7, 0.9])  # the surer one is somebody else's, far away
    rest = torch.full((17, 2, 2), 0.25)
    xy, score, size = net.people(
        torch.tensor([0.9, 0.0]), Places(centres, away), height, Places(peaks, rest)
    )
    place = (xy.cell + xy.rest)[0]
    np.testing.assert_allclose(place[0], [14.25, 7.25])
    assert score[0, 0] == pytest.approx(0.7 * 0.9)
    np.testing.assert_allclose(place[16], centres[0] + away[0, 16], atol=1e-4)
    assert 0 < score[0, 16] < 0.1, "a guess without a peak is faint"
    assert not score[1].any(), "where there is no centre there is nobody"
    assert size[0] == pytest.approx(30, abs=2)


def test_a_peak_is_one_person_s(net: DrawnMoveNet) -> None:
    """Two people side by side and one wrist between them: who claims it better has it."""
    centres = torch.tensor([[20, 20], [28, 20]])
    away = torch.linspace(-15, 15, 34).reshape(1, 17, 2).repeat(2, 1, 1)
    peaks, height = torch.zeros(17, 1, 2, dtype=torch.int64), torch.full((17, 1), 0.5)
    peaks[0] = torch.tensor([20 - 15, 20 - 14])
    rest = torch.zeros(17, 1, 2)
    for sure, nearest in ((torch.tensor([0.5, 0.5]), 0), (torch.tensor([0.01, 0.9]), 1)):
        xy, score, _ = net.people(sure, Places(centres, away), height, Places(peaks, rest))
        owner, other = nearest, 1 - nearest
        np.testing.assert_array_equal((xy.cell + xy.rest)[owner, 0], peaks[0, 0])
        guess = centres[other] + away[other, 0]
        np.testing.assert_allclose((xy.cell + xy.rest)[other, 0], guess, atol=1e-4)
        assert score[owner, 0] > 10 * score[other, 0]


def test_branches_at_a_few_places_are_the_branches(net: DrawnMoveNet) -> None:
    finest = torch.randn(1, 24, 8, 12)
    where = torch.randint(0, 96, (17, 5))
    with torch.no_grad():
        whole = {name: net.trunk.branches[name](finest)[0] for name in net.trunk.branches}
        guesses = _guesses(net.trunk.branches["kpt_regress"], finest, where[0])
        offsets = _offsets(net.trunk.branches["kpt_offset"], finest, where)
    pairs = whole["kpt_regress"].reshape(17, 2, 96)[:, :, where[0]].permute(2, 0, 1).flip(2)
    torch.testing.assert_close(guesses, pairs)
    for kind in range(17):
        own = whole["kpt_offset"].reshape(17, 2, 96)[kind][:, where[kind]].T.flip(1)
        torch.testing.assert_close(offsets[kind], own)


@pytest.mark.parametrize("look", [Look((2, 3)), Look((5, 4), mirrored=True)])
def test_places_of_a_look_come_back_to_the_image(look: Look) -> None:
    person = standing(60, 20, 150)[None]
    size = np.array([192, 96])
    seen = (person + 0.5) / 4 * np.array([(128, 64), (256, 128)][look.mirrored]) / size
    theirs = torch.tensor([32, 16] if not look.mirrored else [64, 32])
    if look.mirrored:
        seen[..., 0] = float(theirs[0]) - seen[..., 0]
        seen = seen[:, COCO17.mirror]
    xy = Places(torch.tensor(np.floor(seen)).long(), torch.tensor(seen % 1, dtype=torch.float32))
    back = rescaled(
        mirrored(xy, theirs[0]) if look.mirrored else xy, torch.tensor(size // 4), theirs
    )
    np.testing.assert_allclose(4 * (back.cell + back.rest).numpy() - 0.5, person, atol=1e-3)


def test_the_look_that_suits_a_size_best_is_trusted_with_it() -> None:
    sizes = torch.tensor([10.0, 100.0, 1000.0])
    small, large = Look(most=100), Look(least=100)
    for look, expected in ((small, [1, 1, 0]), (large, [0, 1, 1])):
        trusted = trust(look, (small, large), sizes)
        np.testing.assert_allclose(trusted, expected, atol=0.01)
    assert (trust(Look(), (Look(),), sizes) == 1).all()


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
        # Among the nearly equal peaks of a random network an engine may choose another one.
        assert np.mean(np.abs(found - expected) > 1e-3) < 0.02
