from __future__ import annotations

import resource
from pathlib import Path

import av
import numpy as np
import pytest

from posetrail.pictures.writer import AnnotatedVideo
from tests.videos import VARIABLE_MS, number_in, packet_times, write_clip
from tracker.errors import OutputError
from tracker.video import open_source


def copy(source_path: Path, target: Path, **options: float) -> list[str]:
    with (
        open_source(source_path, **options) as source,  # type: ignore[arg-type]
        AnnotatedVideo(target, source.info) as video,
    ):
        for frame in source:
            video.write(frame.image, frame.time)
    return video.warnings


@pytest.mark.parametrize("b_frames", [0, 3])
def test_each_picture_keeps_its_true_time(tmp_path: Path, b_frames: int) -> None:
    clip = write_clip(tmp_path / "a.mp4", ticks=VARIABLE_MS, b_frames=b_frames)
    copy(clip, tmp_path / "out.mp4")
    assert packet_times(tmp_path / "out.mp4") == pytest.approx(packet_times(clip), abs=1e-5)
    with open_source(tmp_path / "out.mp4") as source:
        assert source.info.declared_frames == len(VARIABLE_MS)
        assert [number_in(f.image) for f in source] == list(range(len(VARIABLE_MS)))


def test_the_file_is_ordinary_mp4_for_browsers(tmp_path: Path) -> None:
    copy(write_clip(tmp_path / "a.mkv"), tmp_path / "out.mp4")
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert b"moof" not in content
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert float(container.duration / av.time_base) == pytest.approx(0.48, abs=0.01)


def test_odd_sizes_become_even(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", codec="ffv1", size=(113, 65))
    copy(clip, tmp_path / "out.mp4")
    with open_source(tmp_path / "out.mp4") as source:
        assert (source.info.width, source.info.height) == (114, 66)
        assert [number_in(f.image) for f in source] == list(range(12))


def test_colours_survive(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mkv", frames=2)) as source:
        info = source.info
    image = np.full((info.height, info.width, 3), (40, 90, 200), np.uint8)
    with AnnotatedVideo(tmp_path / "out.mp4", info) as video:
        video.write(image, 0.0)
    with open_source(tmp_path / "out.mp4") as source:
        written = next(iter(source)).image
    assert np.abs(written.astype(int) - image).max() <= 6
    with av.open(str(tmp_path / "out.mp4")) as container:
        frame = next(container.decode(video=0))
        assert (frame.colorspace, frame.color_range) == (6, 1)


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", "aac"), ("mkv", "pcm_s16le"), ("avi", "mp2"), ("mkv", "libopus")]
)
def test_sound_is_kept(tmp_path: Path, suffix: str, codec: str) -> None:
    clip = write_clip(tmp_path / f"a.{suffix}", frames=50, audio=codec)
    assert copy(clip, tmp_path / "out.mp4") == []
    assert sound_of(tmp_path / "out.mp4") == pytest.approx((0.0, 2.0), abs=0.1)


def test_sound_is_cut_with_the_pictures(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", frames=100, audio="aac")
    copy(clip, tmp_path / "out.mp4", start=1.5, end=2.5)
    assert sound_of(tmp_path / "out.mp4") == pytest.approx((0.0, 1.0), abs=0.1)


def sound_of(path: Path) -> tuple[float, float]:
    """Start and end of the sound in seconds, from its packets."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "aac"
        times = [
            float(p.pts * p.time_base) for p in container.demux(stream) if p.size and p.pts >= 0
        ]
    return times[0], times[-1]


def test_a_crash_leaves_no_file(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4")) as source:
        frames = list(source)
    (tmp_path / "a.mp4").rename(tmp_path / "b.mp4")
    with (
        pytest.raises(ZeroDivisionError),
        AnnotatedVideo(tmp_path / "out.mp4", source.info) as video,
    ):
        video.write(frames[0].image, 1 / 0)
    assert [path.name for path in tmp_path.iterdir()] == ["b.mp4"]


def test_lost_sound_is_a_warning(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4", audio="aac")) as source:
        frames = list(source)
    (tmp_path / "a.mp4").unlink()
    with AnnotatedVideo(tmp_path / "out.mp4", source.info) as video:
        video.write(frames[0].image, 0.0)
    assert "sound" in video.warnings[0]
    assert (tmp_path / "out.mp4").exists()


def test_an_unwritable_folder_and_a_full_disk_are_output_errors(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", frames=30, size=(640, 480), codec="libx264")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        copy(clip, tmp_path / "file" / "out.mp4")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(OutputError):
            copy(clip, tmp_path / "out.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name for path in tmp_path.iterdir()} == {"a.mp4", "file"}
