"""The main job around a stand-in for the network: what is written, and what survives a crash."""

from __future__ import annotations

import csv
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posetrail.annotation import redraw
from posetrail.checkpoint import Checkpoint
from posetrail.config import Config, load_config
from posetrail.estimation import Estimation
from posetrail.pipeline import process
from posetrail.retracking import retrack
from posetrail.run_folder import OLD_VIDEO, Run, open_run
from posetrail.run_lock import held
from tracker.errors import OutputError, VideoError
from tracker.parts import Part
from tracker.poses import Poses, State
from tracker.skeleton import COCO18, Skeleton
from tracker.tables import read_poses_parquet, read_poses_provenance
from tracker.video import open_source

FRAMES = 40
WORKERS = 2
TABLES = ("poses.parquet", "tracks.parquet", "tracks.csv", "people/person_001.csv", "actions.csv")


@dataclass
class BlobEstimator:
    """Finds one person around the centre of the bright blob of a picture; may crash on a frame."""

    crash_after: int | None = None
    skeleton: Skeleton = COCO18
    timings: dict[str, float] = field(default_factory=dict)
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def estimate_parts(self, image: NDArray[np.uint8], parts: Sequence[Part]) -> list[Poses]:
        """Finds the same person, a little elsewhere in every part: which parts there were shows."""
        y, x = np.argwhere(image[..., 0] > 128).mean(0)
        found = []
        for part in parts:
            shift = 0.02 * np.array([part.left - part.width, part.top])
            inside = 0 <= x - part.left < part.width and 0 <= y - part.top < part.height
            found.append(blob_pose(x, y, shift) if inside else Poses.empty(COCO18))
        return found

    def estimate(self, image: NDArray[np.uint8]) -> Poses:
        with self.lock:
            self.calls += 1
            if self.crash_after is not None and self.calls > self.crash_after:
                raise MemoryError("the machine went down")
        y, x = np.argwhere(image[..., 0] > 128).mean(0)
        return blob_pose(x, y)


def blob_pose(x: float, y: float, shift: NDArray[np.float64] | float = 0.0) -> Poses:
    offsets = np.random.default_rng(0).uniform(-20, 20, (len(COCO18), 2))
    xy = (np.array([x, y]) + offsets + shift)[None].astype(np.float32)
    return Poses(COCO18, xy, np.full(xy.shape[:2], 0.9, np.float32))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    for i in range(FRAMES):
        image = np.zeros((120, 160, 3), np.uint8)
        cv2.circle(image, (40 + 2 * i, 60), 6, (255, 255, 255), -1)
        cv2.imwrite(str(folder / f"{i:03d}.png"), image)
    return folder


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


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("zoom", ["off", "auto"])
@pytest.mark.parametrize("crash_after", [2, 6, 9])
def test_a_resumed_run_carries_people_as_if_it_had_not_been_interrupted(
    textured_clip: Path, tmp_path: Path, crash_after: int, zoom: str
) -> None:
    settings = {"video.fps": 20.0, "pose.height": 80, "pose.zoom": zoom, "output.video": False}
    overrides = {**settings, "pose.skip": 3, "pose.parts": {"small": 400, "sizes": 1.1}}
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
    assert whole.info["looks"]["flow_frames"] > FRAMES / 2


@pytest.fixture
def config() -> Config:
    return load_config(overrides={"video.fps": 20.0})


def estimation(crash_after: int | None = None) -> Estimation:
    return Estimation(BlobEstimator(crash_after), WORKERS, {"network": "blob"})  # type: ignore[arg-type]


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
    with pytest.raises(OutputError, match="made with another modified"):
        process(images, tmp_path / "run", config, estimation(), resume=True)


def test_tables_say_where_they_come_from(clip: Path, config: Config, tmp_path: Path) -> None:
    run = process(clip, tmp_path / "run", config, estimation())
    origin = read_poses_provenance(run.poses_path)
    assert origin["source"] == str(clip)
    assert origin["network"] == "blob"
    assert run.tracks.provenance.items() >= origin.items()


def test_resuming_with_other_settings_is_refused(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    with pytest.raises(MemoryError):
        process(clip, tmp_path / "run", config, estimation(crash_after=10))
    other = load_config(overrides={"video.fps": 20.0, "pose.height": 256})
    with pytest.raises(OutputError, match="made with another pose"):
        process(clip, tmp_path / "run", other, estimation(), resume=True)


def test_resuming_a_finished_run_leaves_it_alone(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    first = process(clip, tmp_path / "run", config, estimation())
    before = first.json_path.stat().st_mtime_ns
    again = estimation()
    process(clip, tmp_path / "run", config, again, resume=True)
    assert again.estimator.calls == 0  # type: ignore[attr-defined]
    assert first.json_path.stat().st_mtime_ns == before


def test_only_the_chosen_frames_are_processed(clip: Path, tmp_path: Path) -> None:
    overrides = {"video.fps": 20.0, "video.start": 0.5, "video.end": 1.0, "video.every": 2}
    config = load_config(overrides={**overrides, "output.video": False})
    run = process(clip, tmp_path / "run", config, estimation())
    assert run.poses.frame.tolist() == [10, 12, 14, 16, 18]
    assert not run.video_path.exists()


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    return [frame.image for frame in open_source(path)]


def test_a_run_is_drawn_anew_from_its_tables(clip: Path, config: Config, tmp_path: Path) -> None:
    """Drawn again, the same file; after an edit, another picture with the name in it."""
    run = process(clip, tmp_path / "run", config, estimation())
    first = run.video_path.read_bytes()
    redraw(open_run(run.folder))
    assert run.video_path.read_bytes() == first

    before = pictures(run.video_path)
    (run.folder / "edits.yaml").write_text("- {name: 1, as: Ana}\n")
    named = retrack(run, config)
    assert OLD_VIDEO in named.info["warnings"]
    assert run.video_path.read_bytes() == first
    redraw(named)
    drawn = open_run(run.folder)
    assert OLD_VIDEO not in drawn.info["warnings"]
    changed = [(a != b).any() for a, b in zip(before, pictures(run.video_path), strict=True)]
    assert all(changed)


def test_a_run_is_drawn_only_into_its_own_video(clip: Path, config: Config, tmp_path: Path) -> None:
    images = tmp_path / "images"
    shutil.copytree(clip, images)
    run = process(images, tmp_path / "run", config, estimation())
    shutil.rmtree(images)
    with pytest.raises(VideoError, match=r"not there any more\. Say with --source"):
        redraw(run)
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "0.png"), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(VideoError, match="made of a video of 160 x 120"):
        redraw(run, source=other)
    redraw(run, source=clip, what=["skeleton"])
    assert open_run(run.folder).info["config"]["output"]["draw"] == ["skeleton"]


def test_names_are_in_the_tables(clip: Path, config: Config, tmp_path: Path) -> None:
    run = process(clip, tmp_path / "run", config, estimation())
    with run.people_list_path.open() as file:
        (person,) = csv.DictReader(file)
    assert (person["track_id"], person["name"], person["seen"]) == ("1", "", str(FRAMES))
    assert (run.people_path / person["file"]).is_file()
    (run.folder / "edits.yaml").write_text("- {name: 1, as: 'Nadal, Rafael'}\n")
    with run.people_list_path.open() as file:
        assert next(csv.DictReader(file))["name"] == ""
    named = retrack(run, config)
    with run.people_list_path.open() as file:
        assert next(csv.DictReader(file))["name"] == "Nadal, Rafael"
    assert named.names == {1: "Nadal, Rafael"}
    assert named.info["edits"] == ["name: 1, as: Nadal, Rafael"]
    assert named.info["timings"]["track_again_s"] > 0
    assert run.actions_path.read_text().splitlines()[0].endswith(",score,name")


def test_a_folder_that_another_run_writes_in_is_refused(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    with (
        held(tmp_path / "run"),
        pytest.raises(OutputError, match=rf"being written by process {os.getpid()} on "),
    ):
        process(clip, tmp_path / "run", config, estimation())
    process(clip, tmp_path / "run", config, estimation())
