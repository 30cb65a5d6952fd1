from __future__ import annotations

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.videos import number_in, numbered_picture, write_clip
from tracker.errors import UsageError, VideoError
from tracker.source_paths import find_sources
from tracker.video import open_source


def write_images(folder: Path, count: int = 12, suffix: str = "png") -> Path:
    folder.mkdir()
    for number in range(count):
        path = folder / f"frame{number}.{suffix}"
        cv2.imwrite(str(path), numbered_picture(number, 112, 64))
    return folder


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif", "webp"])
def test_a_folder_is_read_in_natural_order(tmp_path: Path, suffix: str) -> None:
    folder = write_images(tmp_path / "a", suffix=suffix)
    with open_source(folder, fps=20) as source:
        frames = list(source)
    assert [number_in(frame.image) for frame in frames] == list(range(12))
    assert [frame.time for frame in frames] == [k / 20 for k in range(12)]
    assert (source.info.kind, source.info.width, source.info.height) == ("images", 112, 64)
    assert (source.info.declared_frames, source.info.duration) == (12, 0.6)


def test_a_pattern_is_read_too(tmp_path: Path) -> None:
    write_images(tmp_path / "a")
    with open_source(tmp_path / "a" / "frame1*.png", fps=10, every=2) as source:
        assert [number_in(frame.image) for frame in source] == [1, 11]


def test_a_numbered_pattern_is_read_as_other_tools_read_it(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "a")
    for number in (3, 4, 12345):
        (folder / f"frame{number % 10}.png").rename(folder / f"take_{number:04d}.png")
    (folder / "frame6.png").rename(folder / "take_6.png")
    pattern = folder / "take_%04d.png"
    assert find_sources([pattern]) == [pattern]
    with open_source(pattern, fps=10) as source:
        assert [number_in(frame.image) for frame in source] == [3, 4, 5]
    with open_source(folder / "take_%d.png", fps=10) as source:
        assert [number_in(frame.image) for frame in source] == [3, 4, 6, 5]


@pytest.mark.parametrize("pattern", ["b*.png", "b_%03d.png", "nowhere/*.mp4", "nowhere/%d.png"])
def test_a_pattern_that_nothing_matches_is_said(tmp_path: Path, pattern: str) -> None:
    write_images(tmp_path / "a", count=1)
    (source,) = find_sources([tmp_path / "a" / pattern])
    with pytest.raises(VideoError, match="Nothing matches"):
        open_source(source, fps=10)


@pytest.mark.parametrize("hidden", ["iterdir", "is_dir"])
def test_a_folder_that_cannot_be_read_is_said(
    hidden: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, hidden, refuse)
    for look in (find_sources, lambda paths: open_source(paths[0], fps=1)):
        with pytest.raises(VideoError, match=r"Cannot read .*: Permission denied"):
            look([tmp_path])


def test_percent_signs_and_brackets_are_names(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "odd [1] %03d", count=2)
    with open_source(folder, fps=10) as source:
        assert len(list(source)) == 2


def test_several_images_need_a_rate_and_one_does_not(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "a", count=2)
    with pytest.raises(UsageError, match="--fps"):
        open_source(folder)
    with pytest.raises(UsageError, match="more than 0"):
        open_source(folder, fps=0)
    with open_source(folder / "frame1.png") as source:
        assert [number_in(frame.image) for frame in source] == [1]


def test_damaged_and_different_images_are_left_out_and_told(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "a", count=6)
    (folder / "frame2.png").write_bytes(b"nothing")
    cv2.imwrite(str(folder / "frame4.png"), np.zeros((30, 40, 3), np.uint8))
    with open_source(folder, fps=10) as source:
        frames = list(source)
    assert [frame.index for frame in frames] == [0, 1, 3, 5]
    assert frames[-1].time == 0.5
    assert "2 of 6" in source.problems[0]
    assert "frame4.png is 40 x 30" in source.problems[0]


def test_no_images(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no videos and no images"):
        open_source(tmp_path, fps=10)
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(VideoError, match="No image"):
        open_source(tmp_path, fps=10)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    cv2.imwrite(str(path), numbered_picture(0, 112, 64))
    content = path.read_bytes()
    tags = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    exif = b"Exif\0\0" + tags
    path.write_bytes(
        content[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + content[2:]
    )
    with open_source(path) as source:
        image = next(iter(source)).image
    assert (source.info.width, source.info.height) == (64, 112)
    assert np.abs(image.astype(int) - cv2.imread(str(path))).mean() < 4


def test_sources_are_found(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in ("b10.mp4", "b2.mp4"):
        write_clip(clips / name, frames=1)
    (clips / "notes.txt").touch()
    images = write_images(tmp_path / "images", count=2)
    missing = tmp_path / "none.mp4"
    both = [clips / "b2.mp4", clips / "b10.mp4"]
    assert find_sources([clips]) == both
    assert find_sources([str(clips / "*.mp4"), clips / "b2.mp4"]) == both
    assert find_sources([images, missing]) == [images, missing]
    assert find_sources([images / "*.png"]) == [images / "*.png"]
    assert find_sources([tmp_path / "*"]) == [*both, images]
    with pytest.raises(UsageError, match="one by one"):
        find_sources(sorted(images.iterdir()))
