"""Readers of the keypoint tables that the shipped action models learn from, on tables made here."""

from __future__ import annotations

import io
import tarfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from features.joints import ACTION13
from tracker.errors import FormatError
from tracker.skeleton import COCO17, COCO18


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> ModuleType:
    return import_module(f"action_data.{request.param}")


def reads(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reader", [name], indirect=True)


@reads("penn")
def test_penn_joints_are_in_order_and_corners_are_missing(
    reader: ModuleType, tmp_path: Path
) -> None:
    x = np.tile(np.arange(10.0, 23.0), (5, 1))
    y = x + 100
    x[2, 3], y[2, 3] = 1.0, 1.0  # their left elbow, written in the corner
    savemat(tmp_path / "0007.mat", {"x": x, "y": y, "action": "squat"})
    (clip,) = reader.read(tmp_path)
    assert (clip.name, clip.group, clip.labels[0].label) == ("0007", "0007", "squat")
    places = dict(zip(ACTION13.keypoints, clip.tracks.xy[0], strict=True))
    assert places["nose"].tolist() == [10, 110]
    assert places["left_shoulder"].tolist() == [11, 111]
    assert places["right_ankle"].tolist() == [22, 122]
    missing = np.isnan(clip.tracks.xy[..., 0])
    assert np.argwhere(missing).tolist() == [[2, ACTION13.index("left_elbow")]]
    assert clip.labels[0].end_s == pytest.approx(4 / 30)


@reads("tennis_matches")
def test_matches_have_y_before_x_and_a_left_handed_player(
    reader: ModuleType, tmp_path: Path
) -> None:
    columns = [f"{joint}_{axis}" for joint in ACTION13.keypoints for axis in "yx"]
    table = pd.DataFrame([np.linspace(0, 1, len(columns))] * 30, columns=columns)
    for match in ("nadal", "federer"):
        (tmp_path / match).mkdir()
        table.assign(shot="forehand").to_csv(tmp_path / match / "clip_1.csv", index=False)
    federer, nadal = reader.read(tmp_path)
    assert (federer.group, federer.hand) == ("federer", "right")
    assert (nadal.group, nadal.hand, nadal.name) == ("nadal", "left", "nadal/clip_1")
    x, y = federer.tracks.xy[0, ACTION13.index("nose")]
    assert (x, y) == (pytest.approx(256 / (len(columns) - 1)), 0)


@reads("tennis_swing")
def test_swings_get_their_box_back(reader: ModuleType, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    width, height = 137, 211
    pixels = np.stack(
        [rng.integers(0, width, (6, 18)), rng.integers(0, height, (6, 18))], axis=2
    ).astype(float)
    pixels[:, 0] = 1, 1  # a box of a prime side shows only where some fraction is not reducible
    fractions = pixels / (width, height)
    fractions[3, 4] = np.nan
    camel = {"right": "R", "left": "L"}
    names = [
        f"{camel[j.split('_')[0]]}{j.split('_')[1].capitalize()}" if "_" in j else j.capitalize()
        for j in COCO18.keypoints
    ]
    columns = [f"{name}_{axis}" for name in names for axis in "xy"]
    table = pd.DataFrame(fractions.reshape(6, -1), columns=columns)
    table["frame_num"], table["action_gt_num"] = range(10, 16), [0, 0, 1, 1, 1, 0]
    table.to_csv(tmp_path / "foreslice.csv", index=False)
    (video,) = reader.read(tmp_path)
    assert video.tracks.skeleton == COCO18
    np.testing.assert_allclose(video.tracks.xy[0], pixels[0], atol=1e-3)
    assert np.isnan(video.tracks.xy[3, 4]).all()
    assert [label.label for label in video.labels] == ["idle", "forehand_slice", "idle"]
    assert video.labels[1].start_frame == 12


def _thetis_text(frames: int, wave: float) -> str:
    lines = []
    order = ("HEAD", "L_ELBOW", "L_FOOT", "L_HAND", "L_HIP", "L_KNEE", "L_SHOULDER", "NECK",
             "R_ELBOW", "R_FOOT", "R_HAND", "R_HIP", "R_KNEE", "R_SHOULDER", "TORSO")  # fmt: skip
    high = {"HEAD": 600, "SHOULDER": 450, "NECK": 450, "ELBOW": 250, "TORSO": 250, "HIP": 0,
            "HAND": 50, "KNEE": -400, "FOOT": -800}  # fmt: skip
    for frame in range(frames):
        lines.append(f"FRAME: {frame}")
        for joint in order:
            side = {"R": 150.0, "L": -150.0}.get(joint[0] if "_" in joint else "", 0.0)
            up = float(high[joint.rpartition("_")[2]])
            if joint == "R_HAND":
                up += wave * np.exp(-(((frame - 30) / 3) ** 2))
            tracked = (0, 0, 0) if joint == "L_FOOT" and frame == 5 else (side, up, 2000.0)
            lines.append(" ".join(f"{value:.2f}" for value in tracked))
    return "\n".join(lines) + "\n"


@reads("thetis")
def test_thetis_is_seen_from_any_side(reader: ModuleType, tmp_path: Path) -> None:
    archive = tmp_path / "skeletons.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("ONI_A/forehandflat/p1.txt", "ONI_A/smash/p1.txt", "ONI_A/notes.txt"):
            content = _thetis_text(60, 900).encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    (capture,) = reader.read(archive)
    assert (capture.person, capture.stroke) == ("ONI_A/p1", "forehandflat")
    assert np.isnan(capture.xyz[5, ACTION13.index("left_ankle")]).all()
    behind, front = (reader.seen_from(capture.xyz, turn) for turn in (0.0, 180.0))
    np.testing.assert_allclose(front[..., 0], -behind[..., 0], atol=1e-6)
    assert behind[0, ACTION13.index("nose"), 1] < behind[0, ACTION13.index("right_ankle"), 1]
    (recording,) = reader.recordings([capture], (0.0,))
    strokes = [label for label in recording.labels if label.label == "forehand"]
    assert [round(label.peak_s * reader.RATE) for label in strokes] == [pytest.approx(30, abs=4)]
    assert recording.hand == "right"


@reads("falls")
def test_falls_are_known_by_their_files(
    reader: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FormatError, match="should hold one of pose_urfd"):
        reader.read(tmp_path)
    data = np.zeros((42, 30, len(COCO17), 3), np.float32)
    data[..., 0], data[..., 1], data[..., 2] = 0.25, 0.75, 0.9
    data[0, 3, 5, 2] = 0.05
    np.save(tmp_path / "GRUdata.npy", data.reshape(42, 30, -1))
    np.save(tmp_path / "GRUlabels.npy", np.array([0, 1] * 21))
    clips = reader.read(tmp_path)
    assert [clip.labels[0].label for clip in clips[:2]] == ["fall", "other"]
    assert clips[0].tracks.xy[0, 0].tolist() == [192, 64]  # the files have y before x
    assert np.isnan(clips[0].tracks.xy[3, 5]).all()
    assert len({clip.group for clip in clips}) == 42
    monkeypatch.setattr(reader, "_DOUBTFUL_MOVENET", (clips[0].digest,))
    assert [clip.name for clip in reader.read(tmp_path)] == [clip.name for clip in clips[1:]]


@reads("falls")
def test_both_halves_of_a_video_are_one_group(reader: ModuleType, tmp_path: Path) -> None:
    for name, clip in (("youtube_fall_data", "9fall"), ("youtube_notfall_data", "9")):
        rows = [
            ",".join([*["50.0"] * 63, f"{clip}_{frame}_keypoints"]) + "\n" for frame in range(3)
        ]
        (tmp_path / f"{name}.csv").write_text("".join(rows))
    clips = reader.read(tmp_path)
    assert [clip.labels[0].label for clip in clips] == ["fall", "other"]
    assert {clip.group for clip in clips} == {"falls_youtube/9"}


@reads("falls")
def test_pickled_arrays_are_refused(reader: ModuleType, tmp_path: Path) -> None:
    np.save(tmp_path / "GRUdata.npy", np.array([{}], object), allow_pickle=True)
    np.save(tmp_path / "GRUlabels.npy", np.array([0]))
    with pytest.raises(FormatError, match="allow_pickle"):
        reader.read(tmp_path)
