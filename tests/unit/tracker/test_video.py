from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import av
import numpy as np
import pytest

from tests.videos import (
    VARIABLE_MS,
    cut,
    lie_about_frames,
    number_in,
    packet_times,
    red_corner,
    write_audio_only,
    write_clip,
)
from tracker import video
from tracker.errors import UsageError, VideoError
from tracker.seeking import Landing
from tracker.video import open_source


def numbers_and_times(path: Path, **options: float) -> tuple[list[int], list[float]]:
    with open_source(path, **options) as source:  # type: ignore[arg-type]
        frames = [(number_in(frame.image), frame.time) for frame in source]
        assert source.problems == []
    return [number for number, _ in frames], [time for _, time in frames]


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "avi", "ts"])
def test_frames_come_in_order_with_the_times_of_the_packets(
    tmp_path: Path, suffix: str, b_frames: int
) -> None:
    path = write_clip(tmp_path / f"clip.{suffix}", b_frames=b_frames)
    numbers, times = numbers_and_times(path)
    assert numbers == list(range(12))
    assert times == packet_times(path)
    assert times == pytest.approx(np.arange(12) / 25, abs=1e-3)


def test_times_of_a_variable_rate_are_the_container_s(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "phone.mp4", ticks=VARIABLE_MS, b_frames=2)
    numbers, times = numbers_and_times(path)
    assert numbers == list(range(len(VARIABLE_MS)))
    assert times == packet_times(path)
    assert times == pytest.approx(np.array(VARIABLE_MS) / 1000, abs=1e-4)


def test_the_first_frame_is_at_zero_where_the_container_starts_later(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "late.mkv", ticks=[5000, 5040, 5100])
    assert numbers_and_times(path) == ([0, 1, 2], [0.0, 0.04, 0.1])


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [(0, "top left"), (90, "bottom left"), (180, "bottom right"), (270, "top right")],
)
def test_rotation_is_applied_once(tmp_path: Path, rotation: int, corner: str) -> None:
    path = write_clip(tmp_path / "phone.mp4", frames=3, rotation=rotation)
    with open_source(path) as source:
        image = next(iter(source)).image
    assert red_corner(image) == corner
    expected = (64, 112) if rotation in (90, 270) else (112, 64)
    assert (source.info.width, source.info.height) == expected
    assert image.shape == (expected[1], expected[0], 3)
    assert source.info.rotation == (360 - rotation) % 360


@pytest.mark.parametrize(
    ("codec", "pixel_format", "size"),
    [
        ("libx264", "yuv444p", (113, 65)),
        ("libx264", "yuv420p10le", (112, 64)),
        ("libx264", "gray", (112, 64)),
        ("libx264", "gray10le", (112, 64)),
        ("ffv1", "yuv420p", (113, 65)),
        ("ffv1", "gray16le", (113, 65)),
        ("ffv1", "bgra", (121, 33)),
        ("mpeg4", "yuv420p", (97, 51)),
    ],
)
def test_odd_sizes_grey_and_deep_pictures_become_bgr(
    tmp_path: Path, codec: str, pixel_format: str, size: tuple[int, int]
) -> None:
    path = write_clip(tmp_path / "a.mkv", codec=codec, pixel_format=pixel_format, size=size)
    with open_source(path) as source:
        frames = list(source)
    assert [number_in(frame.image) for frame in frames] == list(range(12))
    assert {frame.image.shape for frame in frames} == {(size[1], size[0], 3)}
    assert {frame.image.dtype for frame in frames} == {np.dtype(np.uint8)}
    assert frames[0].image[40 if size[1] > 40 else 25, 60].mean() == pytest.approx(96, abs=4)


def test_images_may_be_drawn_on_and_kept(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4")) as source:
        frames = [frame.image for frame in source]
    for image in frames:
        assert image.flags.c_contiguous
        image[:] = 0
    assert not np.shares_memory(frames[0], frames[1])


def test_a_source_describes_itself(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", audio="aac")
    with open_source(path) as source:
        info = source.info
    assert (info.path, info.kind, info.codec, info.has_audio) == (path, "video", "h264", True)
    assert info.rate == pytest.approx(25, rel=0.1)
    assert info.declared_frames == 12
    assert info.duration == pytest.approx(0.48, abs=0.05)


def test_a_source_can_be_iterated_again(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4", b_frames=2)) as source:
        first = [(frame.index, frame.time, frame.image.sum()) for frame in source]
        next(iter(source))
        assert [(frame.index, frame.time, frame.image.sum()) for frame in source] == first


@pytest.mark.parametrize("options", [{}, {"start": 0.1, "every": 3}, {"end": 0.3, "every": 2}])
@pytest.mark.parametrize("first", [0, 1, 5, 7, 11])
def test_resuming_gives_the_frames_of_an_uninterrupted_iteration(
    tmp_path: Path, first: int, options: dict[str, Any]
) -> None:
    with open_source(write_clip(tmp_path / "a.mp4", b_frames=2), **options) as source:
        whole = [(f.index, f.time, f.image.sum()) for f in source if f.index >= first]
        assert [(f.index, f.time, f.image.sum()) for f in source.frames(first)] == whole


def test_start_is_included_end_is_not_and_every_counts_from_the_start(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=12)
    with open_source(path, start=0.08, end=0.4, every=3) as source:
        assert [frame.index for frame in source] == [2, 5, 8]
    with open_source(path, start=0.44) as source:
        assert [frame.index for frame in source] == [11]


def test_a_span_without_frames_is_an_error(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4"), start=9) as source:
        with pytest.raises(VideoError, match="no frame from 9 s to the end"):
            list(source)
        assert list(source.info.path.parent.iterdir())


@pytest.mark.parametrize(
    "options", [{"start": -1}, {"start": 2, "end": 2}, {"every": 0}, {"end": -1}, {"fps": 25}]
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=2)
    with pytest.raises(UsageError):
        open_source(path, **options)


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "avi", "ts"])
def test_a_truncated_file_gives_what_decodes_and_says_what_is_missing(
    tmp_path: Path, suffix: str
) -> None:
    options = {"movflags": "faststart"} if suffix == "mp4" else {}
    path = write_clip(tmp_path / f"a.{suffix}", frames=100, container_options=options)
    cut(path, 0.61)  # not between two packets, which nothing would tell
    with open_source(path) as source:
        frames = list(source)
    assert 20 < len(frames) < 95
    assert [number_in(frame.image) for frame in frames[:-3]] == list(range(len(frames) - 3))
    assert any("cut off" in problem for problem in source.problems)


def test_what_is_missing_behind_the_end_asked_for_is_no_problem(tmp_path: Path) -> None:
    path = cut(write_clip(tmp_path / "a.mkv", frames=100), 0.6)
    with open_source(path, end=0.5) as source:
        list(source)
    assert source.problems == []


def test_a_file_cut_before_its_index_says_so(tmp_path: Path) -> None:
    path = cut(write_clip(tmp_path / "a.mp4", frames=50), 0.5)
    with pytest.raises(VideoError, match="cut off before the index"):
        open_source(path)


def test_damaged_packets_are_skipped_and_told(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60)
    with av.open(str(path)) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    content = bytearray(path.read_bytes())
    start, size = packets[30]
    content[start : start + size] = b"\xff" * size
    path.write_bytes(content)
    with open_source(path) as source:
        numbers = [number_in(frame.image) for frame in source]
    assert numbers[0] == 0
    assert numbers[-1] == 59
    assert any("damaged" in problem for problem in source.problems)


@pytest.mark.parametrize("declared", [3, 100_000])
def test_a_lying_frame_count_is_a_warning_only(tmp_path: Path, declared: int) -> None:
    path = lie_about_frames(write_clip(tmp_path / "a.avi", codec="mpeg4"), declared)
    with open_source(path) as source:
        assert [number_in(frame.image) for frame in source] == list(range(12))
    assert source.info.declared_frames == declared
    assert source.problems == []
    assert any("declares" in warning for warning in source.warnings)


def test_repeated_timestamps_are_spread_and_told(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", codec="ffv1", ticks=[0, 40, 80, 120, 160, 200])
    with open_source(path) as source:
        clean = [frame.time for frame in source]
    assert clean == packet_times(path)
    assert source.warnings == []


def test_a_stream_without_timestamps_still_has_rising_times(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "raw.h264", frames=20)
    with open_source(path) as source:
        times = [frame.time for frame in source]
    assert len(times) == 20
    assert times[0] == 0
    assert (np.diff(times) > 0).all()


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no file"):
        open_source(tmp_path / "none.mp4")


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 4000, b"hello\n" * 400, b"\x00\x00\x00\x18ftyp"]
)
@pytest.mark.parametrize("name", ["a.mp4", "a.txt", "a"])
def test_not_a_video(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(VideoError):
        open_source(path)


def test_audio_only(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"no video stream, only: audio"):
        open_source(write_audio_only(tmp_path / "a.mp4"))


def test_a_video_without_frames(tmp_path: Path) -> None:
    path = tmp_path / "empty.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    with pytest.raises(VideoError):
        open_source(path)


def test_absurd_sizes_are_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.video.MAX_PIXELS", 1000)
    with pytest.raises(VideoError, match="112 x 64"):
        open_source(write_clip(tmp_path / "a.mp4"))


def test_a_playlist_reaches_no_network(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(VideoError):
        open_source(path)


def frames_of(path: Path, **options: float) -> list[tuple[int, float, int]]:
    with open_source(path, **options) as source:  # type: ignore[arg-type]
        return [(frame.index, frame.time, crc32(frame.image)) for frame in source]


class Decoder:
    """Counts the frames that are decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frames = 0
        decoded = video._decoded

        def counting(*arguments: Any) -> Any:
            for each in decoded(*arguments):
                self.frames += 1
                yield each

        monkeypatch.setattr(video, "_decoded", counting)


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "ts"])
@pytest.mark.parametrize("start", [1.0, 2.92, 3.0, 3.01, 3.9])
def test_a_late_start_is_reached_without_decoding_what_comes_before(
    tmp_path: Path, suffix: str, b_frames: int, start: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers, times and pixels are those of decoding everything; key frames are 6 frames apart."""
    path = write_clip(tmp_path / f"clip.{suffix}", frames=100, b_frames=b_frames)
    expected = [frame for frame in frames_of(path) if frame[1] >= start]
    decoder = Decoder(monkeypatch)
    assert frames_of(path, start=start) == expected
    if (suffix, b_frames) != ("ts", 3):  # has no index, and is decoded up to there in the end
        assert decoder.frames <= len(expected) + 6 + 4


def test_a_late_start_of_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    ticks = [base + 600 * k for k in range(8) for base in VARIABLE_MS]
    path = write_clip(tmp_path / "phone.mp4", ticks=ticks, b_frames=2)
    expected = [frame for frame in frames_of(path) if frame[1] >= 3.7]
    assert frames_of(path, start=3.7) == expected


@pytest.mark.parametrize("kind", ["avi", "damaged", "misleading"])
def test_a_late_start_is_right_where_times_are_not_to_be_trusted(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / f"clip.{'avi' if kind == 'avi' else 'ts'}", frames=60)
    if kind == "damaged":
        content = bytearray(path.read_bytes())
        middle = len(content) // 4
        content[middle : middle + 600] = b"\xff" * 600
        path.write_bytes(content)
    if kind == "misleading":
        wrong = Landing(pts=1, index=3)
        monkeypatch.setattr(video, "landing_before", lambda *_: wrong)
    expected = [frame for frame in frames_of(path) if frame[1] >= 1.5]
    found = frames_of(path, start=1.5)
    assert [frame[1:] for frame in found] == [frame[1:] for frame in expected] != []
    if (
        kind != "damaged"
    ):  # a frame that cannot be decoded is none, but a packet that is not decoded is
        assert found == expected
