"""Drawn people: who is labelled as falling goes down fast and stays low; others stand, or are slow."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from features.joints import ACTION13

drawn_body = import_module("action_data.drawn_body")
drawn_people = import_module("action_data.drawn_people")
fall_training = import_module("action_data.fall_training")

SHOULDERS = [ACTION13.index(f"{side}_shoulder") for side in ("left", "right")]
#: Who is up again at the end of the clip.
RISES = ("bend", "squat", "lunge", "kneel")
#: Torsos of the neck over the lowest joint: who stands has 2 to 3, who lies or sits on the floor below 1.5.
UP, DOWN = 2.0, 1.5
COURSES = 24
TORSO_PX = 60.0


def neck_heights(kind: str) -> list[np.ndarray]:
    """Give the neck over the lowest joint, in torsos and space, through some drawn courses."""
    return [_neck_height(kind, np.random.default_rng(seed)) for seed in range(COURSES)]


def _neck_height(kind: str, rng: np.random.Generator) -> np.ndarray:
    moments, angles, _ = drawn_people._course(kind, rng)
    time = np.arange(0, moments[-1], 1 / drawn_people.RATE)
    postures = drawn_people._between(moments, angles, time, kind)
    height = drawn_body.joints(postures)[..., 1]
    return height[:, SHOULDERS].mean(axis=1) - height.min(axis=1)


def drop_in_a_second(height: np.ndarray) -> float:
    """Give by how many torsos the neck comes down within a second at most."""
    second = int(drawn_people.RATE)
    return float((height[:-second] - height[second:]).max())


def test_who_falls_ends_low() -> None:
    ends = np.array([height[-1] for height in neck_heights("fall")])
    assert (ends < DOWN).mean() > 0.8  # the others sit on the floor, legs under them
    assert ends.max() < UP + 0.2


@pytest.mark.parametrize("kind", RISES)
def test_who_bends_squats_throws_or_kneels_is_up_in_the_end(kind: str) -> None:
    heights = neck_heights(kind)
    assert min(min(height[0], height[-1]) for height in heights) > UP
    assert np.median([height[0] - height.min() for height in heights]) > 0.4


def test_a_fall_is_faster_than_lying_or_sitting_down() -> None:
    fall, lie, sit = (
        np.median([drop_in_a_second(height) for height in neck_heights(kind)])
        for kind in ("fall", "lie", "sit")
    )
    assert fall > 1.1 * lie
    assert fall > 1.5 * sit


@pytest.mark.parametrize("kind", ["pushup", "situp"])
def test_who_exercises_is_never_up(kind: str) -> None:
    assert max(height.max() for height in neck_heights(kind)) < UP + 0.2


def test_half_of_the_people_fall_and_each_label_is_its_clips() -> None:
    clips = drawn_people.people(32)
    labels = [clip.labels[0].label for clip in clips]
    assert labels.count("fall") == 16
    assert set(labels) == {"fall", *drawn_body.HARMLESS, *drawn_people.EXERCISES}
    assert [fall_training.is_fall(clip) for clip in clips] == [each == "fall" for each in labels]
    assert len({clip.group for clip in clips}) == 32
    for clip, label in zip(clips, labels, strict=True):
        assert clip.name.endswith(label)
        assert (clip.labels[0].start_s, clip.labels[0].end_s) == tuple(clip.tracks.time[[0, -1]])
        assert np.isfinite(clip.tracks.xy).any()


def test_in_the_picture_who_falls_sinks_and_who_rises_again_does_not() -> None:
    sunk: dict[bool, list[float]] = {True: [], False: []}
    for clip in drawn_people.people(96):
        if clip.labels[0].label in ("fall", *RISES):
            sunk[fall_training.is_fall(clip)].append(_sunk(clip.tracks.xy[..., 1]))
    assert np.nanmedian(sunk[True]) > 0.8
    assert np.nanmedian(np.abs(sunk[False])) < 0.4


def _sunk(y: np.ndarray) -> float:
    """Give by how much less the neck is over the lowest joint in the end; NaN where hardly seen."""
    seen = np.isfinite(y[:, SHOULDERS]).all(axis=1)
    if seen.sum() < 16:
        return float("nan")
    height = (np.nanmax(y[seen], axis=1) - y[seen][:, SHOULDERS].mean(axis=1)) / TORSO_PX
    return float(np.median(height[:8]) - np.median(height[-8:]))


def test_the_same_seed_draws_the_same_people() -> None:
    first, again, others = (
        [clip.digest for clip in drawn_people.people(8, seed=seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert not set(first) & set(others)
