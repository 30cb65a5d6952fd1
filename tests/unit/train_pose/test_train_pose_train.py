"""Samples are true to their labels; an interrupted training ends where an uninterrupted one does."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")
pytest.importorskip("onnx", reason="the export needs the extra `train`")

from scripts.train_pose.augment import Recipe, random_view, take_view
from scripts.train_pose.data import Pictures, held_out, open_pictures
from scripts.train_pose.samples import Samples
from scripts.train_pose.targets import moved
from scripts.train_pose.train import Plan, Training, lessons, train
from scripts.train_pose.trunk import Levels, MoveNetTrunk

SIZE = 64
PLAN = Plan(rounds=2, views=4, repeats=2, batch=2, size=SIZE, rate=1e-3)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """Two images of noise with one person each; in the second nobody else is labelled."""
    folder = tmp_path_factory.mktemp("coco")
    (folder / "images").mkdir()
    rng = np.random.default_rng(0)
    images, annotations = [], []
    for number, known in enumerate((None, None)):
        name = f"{number}.png"
        cv2.imwrite(str(folder / "images" / name), rng.integers(0, 255, (96, 128, 3), np.uint8))
        images.append({"id": number, "file_name": name, "ignore_known": known})
        xy = rng.uniform((30, 20), (90, 80), (17, 2))
        keypoints = np.column_stack([xy, np.full(17, 2)]).ravel().tolist()
        box = [*xy.min(0), *(xy.max(0) - xy.min(0))]
        person = {"iscrowd": 0, "num_keypoints": 17, "keypoints": keypoints, "bbox": box}
        annotations.append({"image_id": number, **person})
    content = {"images": images, "annotations": annotations}
    (folder / "annotations.json").write_text(json.dumps(content))
    return open_pictures(folder, folder / "cache")


@pytest.fixture(scope="module")
def samples(pictures: Pictures) -> Samples:
    nobody = tuple(np.zeros((24, 32), np.uint8) for _ in range(len(pictures)))
    return Samples(pictures, nobody, SIZE, PLAN.seed)


def test_a_sample_is_always_the_same(samples: Samples) -> None:
    for first, second in zip(samples[7], samples[7], strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(samples[7].image, samples[8].image)


def test_every_round_looks_at_everybody(samples: Samples) -> None:
    assert {samples._person(0), samples._person(1)} == {(0, 0), (1, 0)}


def test_cached_pixels_are_the_images(pictures: Pictures) -> None:
    again = np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8)
    np.testing.assert_array_equal(pictures.image(0), again[..., ::-1])


def test_a_view_shows_the_labelled_places() -> None:
    still = Recipe(cover=0, blur=0, compress=0, light=0)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        image, place = np.zeros((100, 120, 3), np.uint8), np.array([[50.0, 40.0]], np.float32)
        cv2.circle(image, (50, 40), 5, (255, 255, 255), -1)
        box = np.array([30, 20, 40, 50], np.float32)
        affine, _ = random_view(rng, box, image.shape[:2], 96, still)
        x, y = moved(place, affine)[0]
        if 5 < x < 91 and 5 < y < 91:
            view = take_view(rng, image, affine, 96, still)
            centre = view[round(float(y)), round(float(x))].mean()
            assert centre > 150, "the spot is where the affine map says"


def test_every_eighth_complete_image_is_held_out(pictures: Pictures) -> None:
    label = replace(pictures.labels[0], complete=True)
    unsure = replace(label, complete=False)
    kept = held_out([unsure, *[label] * 9, unsure])
    assert [k for k, held in enumerate(kept) if held] == [1, 9]


def reader(images: np.ndarray) -> Levels:
    """Stands for the early blocks: anything that depends on the image."""
    level = torch.from_numpy(images).float().mean((1, 2, 3))[:, None, None, None] / 255
    shapes = ((40, 4), (48, 8), (96, 16), (240, 32))
    return Levels(*(level.expand(-1, n, SIZE // k, SIZE // k).bfloat16() for n, k in shapes))


def new_training(plan: Plan) -> Training:
    torch.manual_seed(0)
    return Training(plan, MoveNetTrunk())


def test_interrupted_training_ends_where_an_uninterrupted_one_does(
    samples: Samples, tmp_path: Path
) -> None:
    ends = []
    for folder, stops in (("whole", [2]), ("halves", [1, 2])):
        out = tmp_path / folder
        out.mkdir()
        for rounds in stops:
            # The learning rate must not know of the interruption.
            training = new_training(PLAN)
            training.plan = replace(PLAN, rounds=rounds)
            object.__setattr__(training.plan, "share", PLAN.share)
            train(training, samples, reader, out)
        ends.append(torch.load(out / "checkpoint.pt", weights_only=True))
    assert ends[0]["step"] == ends[1]["step"] == PLAN.steps
    for part in ("net", "average"):
        for name, value in ends[0][part].items():
            torch.testing.assert_close(ends[1][part][name], value, rtol=0, atol=0)


def test_training_lowers_the_loss(samples: Samples) -> None:
    training = new_training(replace(PLAN, rounds=10, rate=0.03))
    lesson = next(lessons(samples, reader, PLAN, 0))
    losses = [training.learn(lesson) for _ in range(40)]
    assert losses[-1] < 0.9 * losses[0]
