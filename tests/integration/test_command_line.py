"""``posetrail run`` as a user types it, with a tiny network: what goes wrong is one line and a code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.networks import tiny_network
from tests.videos import cut, write_audio_only, write_clip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network, good and bad sources."""
    folder = tmp_path_factory.mktemp("a folder with spaces")
    network, path = tiny_network(folder, "onnx")
    (folder / "tiny.yaml").write_text(
        f"file: {path.name}\nformat: onnx\nlayout: {network.layout}\nskeleton: coco18\n"
    )
    write_clip(folder / "good.mp4")
    front = {"movflags": "faststart"}  # the index comes first, so that a cut file can be read
    cut(write_clip(folder / "cut.mp4", frames=60, container_options=front), 0.7)
    write_audio_only(folder / "sound.mp4")
    (folder / "text.mp4").write_text("not a video")
    (folder / "empty.mp4").touch()
    (folder / "nothing").mkdir()
    (folder / "junk.onnx").write_bytes(b"junk" * 100)
    (folder / "junk.yaml").write_text("file: junk.onnx\nformat: onnx\nskeleton: coco18\n")
    (folder / "wrong.yaml").write_text(
        f"file: {path.name}\nformat: onnx\nskeleton: coco18\nsha256: '{64 * '0'}'\n"
    )
    (folder / "other.yaml").write_text(f"file: {path.name}\nformat: onnx\nskeleton: body25\n")
    (folder / "typo.yaml").write_text("pose:\n  hieght: 256\n")
    return folder


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", "from posetrail.cli import main; main()", "run", *words]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    options = () if "--pose-model" in words else ("--pose-model", "tiny.yaml")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        command(*words, *options),
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        ("missing.mp4", 3, "There is no file missing.mp4"),
        ("text.mp4", 3, "cannot be read as a video"),
        ("empty.mp4", 3, "The file is empty"),
        ("sound.mp4", 3, "sound.mp4"),
        ("nothing", 3, "holds no videos and no images"),
        ("no*.mp4", 3, "Nothing matches no*.mp4"),
        ("good.mp4 --height abc", 2, "option height: should be a valid integer or 'native'"),
        ("good.mp4 --engine foo", 2, "Known: auto, onnxruntime, opencv, openvino"),
        ("good.mp4 --pose-model junk.yaml", 4, "junk.onnx"),
        ("good.mp4 --pose-model wrong.yaml", 4, "sha256 should be 000"),
        ("good.mp4 --pose-model other.yaml", 4, "channels"),
        ("good.mp4 --pose-model nosuch", 2, "There is no network 'nosuch'"),
        ("good.mp4 --config typo.yaml", 5, "typo.yaml, line 2: unknown key 'pose.hieght'"),
        ("good.mp4 --set actions.model=nosuch", 4, "There is no action model 'nosuch'"),
        ("good.mp4 --output text.mp4", 6, "Cannot write"),
        ("good.mp4 --start 99", 3, "There is no frame from 99 s"),
        ("good.mp4 --overwrite --resume", 2, "exclude each other"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    folder: Path, words: str, code: int, complaint: str
) -> None:
    done = run(folder, *words.split(), *(() if "--output" in words else ("-o", "never")))
    assert done.returncode == code, done.stderr
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(folder.glob("never/*"))


def test_a_truncated_video_is_processed_and_its_loss_is_in_the_exit_code(folder: Path) -> None:
    done = run(folder, "cut.mp4", "-o", "runs/cut")
    assert done.returncode == 9, done.stderr
    assert "warning:" in done.stdout
    assert (folder / "runs/cut/run.json").exists()


def test_a_run_is_never_replaced_silently_nor_taken_for_another(folder: Path) -> None:
    again = ("good.mp4", "-o", "runs/good", "--no-video")
    assert run(folder, *again).returncode == 0
    assert run(folder, *again).returncode == 6
    resumed = run(folder, *again, "--resume")
    assert resumed.returncode == 0
    assert "already finished; nothing was done" in resumed.stdout
    assert "frames/s" not in resumed.stdout
    other = run(folder, *again, "--resume", "--every", "2")
    assert other.returncode == 6
    assert "other options: video.every was 1, now 2." in other.stderr
    assert run(folder, *again, "--overwrite").returncode == 0


def test_the_source_is_not_removed_with_the_run_it_lies_in(folder: Path) -> None:
    assert run(folder, "good.mp4", "-o", "runs/own").returncode == 0
    done = run(folder, "runs/own/annotated.mp4", "-o", "runs/own", "--overwrite")
    assert done.returncode == 6
    assert (folder / "runs/own/annotated.mp4").exists()


def test_one_bad_video_of_several_stops_nobody_else(folder: Path) -> None:
    done = run(folder, "text.mp4", "good.mp4", "-o", "runs/several", "--no-video")
    assert done.returncode == 9
    assert "failed: text.mp4" in done.stderr
    assert (folder / "runs/several/good/tracks.csv").exists()


def test_where_no_source_of_several_can_be_read_the_code_says_why(folder: Path) -> None:
    (folder / "bad").mkdir()
    for name in ("a.mp4", "b.mp4"):
        (folder / "bad" / name).write_text("no video")
    done = run(folder, "bad", "-o", "runs/none", "--no-video")
    assert done.returncode == 3
    assert "0 of 2 sources done" in done.stdout
    assert (done.stdout + done.stderr).count("a.mp4: ") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX")
@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)]
)
def test_a_stopped_run_leaves_nothing_half_and_goes_on(
    folder: Path, stop: signal.Signals, code: int
) -> None:
    words = ("long.mp4", "-o", f"runs/{stop.name}", "--pose-model", "tiny.yaml", "--height", "720")
    if not (folder / "long.mp4").exists():
        write_clip(folder / "long.mp4", frames=400)
    process = subprocess.Popen(
        command(*words),
        cwd=folder,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    target = folder / "runs" / stop.name
    while not target.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(stop)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert not (target / "run.json").exists()
    done = run(folder, *words, "--resume")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in target.iterdir()} >= {"run.json", "tracks.csv", "annotated.mp4"}
    assert not list(target.glob(".*"))
