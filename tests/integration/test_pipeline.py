"""The main job around a stand-in for the network: what is written, and what survives a crash."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from posetrail.checkpoint import Checkpoint
from posetrail.config import Config, load_config
from posetrail.pipeline import process
from posetrail.run_folder import Run, open_run
from tests.blobs import FRAMES, WORKERS, estimation
from tracker.errors import OutputError, VideoError
from tracker.poses import State
from tracker.tables import read_poses_parquet

TABLES = ("poses.parquet", "tracks.parquet", "tracks.csv", "people/person_001.csv", "actions.csv")


@pytest.fixture(scope="module")
def textured_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blob in the middle of a textured card that moves on and jumps once, before frame 23."""
    folder = tmp_path_factory.mktemp("textured")
    rng = np.random.default_rng(0)
    noise = cv2.GaussianBlur(rng.uniform(0, 120, (90, 90, 3)).astype(np.float32), (0, 0), 1.5)
    card = np.clip(3 * (noise - 60) + 60, 0, 120).astype(np.uint8)
    cv2.circle(card, (45, 45), 6, (255, 255, 255), -1)
    for i in range(FRAMES):
        image = np.zeros((120, 320, 3), np.uint8)
        left = 5 + 2 * i + (120 if i >= 23 else 0)
        image[15:105, left : left + 90] = card
        cv2.imwrite(str(folder / f"{i:03d}.png"), image)
    return folder


def test_flow_carries_people_between_looks_and_the_network_looks_where_it_fails(
    textured_clip: Path, tmp_path: Path
) -> None:
    settings = {"video.fps": 20.0, "output.video": False}
    looking, plain = estimation(), estimation()
    skipping = load_config(overrides={**settings, "pose.skip": 4})
    run = process(textured_clip, tmp_path / "run", skipping, looking)
    truth = process(textured_clip, tmp_path / "all", load_config(overrides=settings), plain)
    state = run.poses.state
    looked = {*range(0, FRAMES, 4), 23, FRAMES - 1}
    assert {n for n in range(FRAMES) if state[n] == State.OBSERVED} == looked
    assert looking.estimator.calls == len(looked)  # type: ignore[attr-defined]
    assert run.info["looks"] == {"step": 4, "zoomed_frames": 0, "flow_frames": FRAMES - len(looked)}
    assert run.info["timings"]["flow_s"] > 0
    assert np.nanmax(np.abs(run.poses.xy - truth.poses.xy)) < 1.5
    assert set(run.tracks_table["state"]) == {"observed", "flow"}


@pytest.mark.parametrize(
    ("long_frames", "last", "released"),
    [(FRAMES, False, True), (FRAMES + 1, False, False), (FRAMES + 1, True, True)],
)
def test_behind_a_long_or_the_last_video_the_network_gives_its_memory_back(
    long_frames: int,
    last: bool,
    released: bool,
    textured_clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("posetrail.pipeline._LONG_FRAMES", long_frames)
    config = load_config(overrides={"video.fps": 20.0, "output.video": False})
    used = estimation()
    process(textured_clip, tmp_path / "run", config, used, last=last)
    assert used.estimator.released is released  # type: ignore[attr-defined]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("zoom", ["off", "auto"])
@pytest.mark.parametrize(
    ("skip", "crash_after"), [(3, 2), (3, 6), (3, 9), ("auto", 6), ("auto", 9)]
)
def test_a_resumed_run_carries_people_as_if_it_had_not_been_interrupted(
    textured_clip: Path, tmp_path: Path, crash_after: int, zoom: str, skip: int | str
) -> None:
    settings = {"video.fps": 20.0, "pose.height": 80, "pose.zoom": zoom, "output.video": False}
    overrides = {**settings, "pose.skip": skip, "pose.parts": {"small": 400, "sizes": 1.1}}
    config = load_config(overrides=overrides)
    whole = process(textured_clip, tmp_path / "whole", config, estimation())
    with pytest.raises(MemoryError):
        process(textured_clip, tmp_path / "run", config, estimation(crash_after))
    again = estimation()
    resumed = process(textured_clip, tmp_path / "run", config, again, resume=True)
    for name in TABLES:
        if (whole.folder / name).exists():
            assert (resumed.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert resumed.info["looks"] == whole.info["looks"]
    assert whole.info["looks"]["flow_frames"] > 0.4 * FRAMES


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Checkpoint, "CHUNK_FRAMES", 8)
    return iter(())


def contents(run: Run) -> dict[str, bytes]:
    return {name: (run.folder / name).read_bytes() for name in TABLES}


def test_a_run_writes_everything_and_reads_back(clip: Path, config: Config, tmp_path: Path) -> None:
    process(clip, tmp_path / "run", config, estimation())
    run = open_run(tmp_path / "run")
    written = {path.name for path in run.folder.iterdir()}
    named = {*(name.split("/")[0] for name in TABLES), "people.csv", "annotated.mp4", "run.json"}
    assert written == named
    assert run.tracks.ids == [1]
    assert len(run.poses) == FRAMES
    assert list(run.tracks_table.columns[:5]) == ["frame", "time_s", "track_id", "state", "score"]
    assert run.tracks_table["time_s"].iloc[-1] == pytest.approx((FRAMES - 1) / 20)
    assert run.actions_table.empty
    assert len(run.person_table(1)) == FRAMES
    assert run.info["counts"]["frames"] == FRAMES
    assert run.info["complete"] is True


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("crash_after", [1, 8, 19, 39])
def test_a_crashed_run_goes_on_and_gives_the_same_result(
    clip: Path, config: Config, tmp_path: Path, crash_after: int
) -> None:
    whole = process(clip, tmp_path / "whole", config, estimation())
    with pytest.raises(MemoryError):
        process(clip, tmp_path / "run", config, estimation(crash_after))
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert left <= {".unfinished"}
    chunks = (tmp_path / "run" / ".unfinished").glob("poses-*.parquet")
    done = sum(len(read_poses_parquet(path)) for path in chunks)
    assert crash_after - WORKERS < done <= crash_after  # what other workers had begun may be lost
    again = estimation()
    resumed = process(clip, tmp_path / "run", config, again, resume=True)
    assert contents(resumed) == contents(whole)
    assert again.estimator.calls == FRAMES - done  # type: ignore[attr-defined]
    assert not resumed.checkpoint_path.exists()


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("crash_after", [3, 8, 21, 38])
def test_a_resumed_run_zooms_as_if_it_had_not_been_interrupted(
    clip: Path, tmp_path: Path, crash_after: int
) -> None:
    settings = {"video.fps": 20.0, "pose.height": 80, "pose.zoom": "auto", "output.video": False}
    config = load_config(overrides={**settings, "pose.parts": {"small": 400, "sizes": 1.1}})
    whole = process(clip, tmp_path / "whole", config, estimation())
    with pytest.raises(MemoryError):
        process(clip, tmp_path / "run", config, estimation(crash_after))
    resumed = process(clip, tmp_path / "run", config, estimation(), resume=True)
    tables = [name for name in TABLES if "people" not in name]
    for name in tables:
        assert (resumed.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert resumed.info["looks"] == whole.info["looks"]
    assert whole.info["looks"]["zoomed_frames"] > 30
    plain = process(clip, tmp_path / "plain", load_config(overrides=settings), estimation())
    assert plain.poses.xy.tobytes() != whole.poses.xy.tobytes()


@pytest.mark.usefixtures("small_chunks")
def test_a_resumed_run_says_what_is_missing_before_it_went_on_and_measures_itself(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    shutil.copytree(clip, images)
    (images / "002.png").write_bytes(b"damaged")
    with pytest.raises(MemoryError):
        process(images, tmp_path / "run", config, estimation(crash_after=30))
    run = process(images, tmp_path / "run", config, estimation(), resume=True)
    assert run.info["complete"] is False
    assert "002.png cannot be read" in run.info["warnings"][0]
    timings = run.info["timings"]
    after_first = timings["wall_s"] - timings["first_frame_s"]
    assert run.info["frames_per_second"] * after_first < FRAMES / 2


def test_a_run_that_found_no_frame_leaves_nothing_to_resume(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    late = load_config(overrides={"video.fps": 20.0, "video.start": 1000.0})
    with pytest.raises(VideoError, match="no frame from 1000 s"):
        process(clip, tmp_path / "run", late, estimation())
    process(clip, tmp_path / "run", config, estimation())


def test_going_on_with_another_file_is_refused(clip: Path, config: Config, tmp_path: Path) -> None:
    images = tmp_path / "images"
    shutil.copytree(clip, images)
    with pytest.raises(MemoryError):
        process(images, tmp_path / "run", config, estimation(crash_after=30))
    os.utime(images, (1, 1))
    with pytest.raises(OutputError, match=r"modified was \d+, now 1000000000\."):
        process(images, tmp_path / "run", config, estimation(), resume=True)


def test_resuming_with_other_settings_is_refused(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    with pytest.raises(MemoryError):
        process(clip, tmp_path / "run", config, estimation(crash_after=10))
    other = load_config(overrides={"video.fps": 20.0, "pose.height": 256})
    with pytest.raises(OutputError, match=r"pose\.height was 368, now 256\."):
        process(clip, tmp_path / "run", other, estimation(), resume=True)


def test_only_the_chosen_frames_are_processed(clip: Path, tmp_path: Path) -> None:
    overrides = {"video.fps": 20.0, "video.start": 0.5, "video.end": 1.0, "video.every": 2}
    config = load_config(overrides={**overrides, "output.video": False})
    run = process(clip, tmp_path / "run", config, estimation())
    assert run.poses.frame.tolist() == [10, 12, 14, 16, 18]
    assert not run.video_path.exists()
