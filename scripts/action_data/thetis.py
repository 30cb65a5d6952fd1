"""THETIS (Gourgari et al., CVPRW 2013): Kinect skeletons of twelve strokes, seen as 2D from any side."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from action_data.reading import each_read, unreadable
from classifiers.actions import Action
from classifiers.card import Source
from classifiers.recordings import Hand, Recording, one_person
from features.joints import ACTION13
from features.motion import arm_speed, highest_peaks

RATE = 18.0
LABELS = {
    "forehandflat": "forehand",
    "forehandopen": "forehand",
    "backhand": "backhand",
    "backhand2hands": "backhand",
    "forslice": "forehand_slice",
    "backhandslice": "backhand_slice",
    "serviceflat": "serve",
    "servicekick": "serve",
    "serviceslice": "serve",
}
_JOINTS = {"nose": "HEAD", "wrist": "HAND", "ankle": "FOOT"}
_MAX_MEMBER = 20_000_000
_LEAST_FRAMES = int(RATE)
EXPECTED = (
    "a tar archive of LEVEL/STROKE/PERSON.txt with 15 Kinect joints in each frame, where STROKE is "
    f"one of {', '.join(LABELS)}"
)


@dataclass(frozen=True)
class Capture:
    """One file: a person doing one kind of stroke one to three times.

    Parameters
    ----------
    name : str
        Path in the archive.
    person : str
        Level and number: the group.
    stroke : str
        The folder's name, one of THETIS's twelve.
    xyz : float array, shape (frames, 13, 3)
        Millimetres, y up, of `features.joints.ACTION13`; NaN where not tracked.
    """

    name: str
    person: str
    stroke: str
    xyz: NDArray[np.float64]


def read(archive: Path, strokes: Sequence[str] = tuple(LABELS)) -> list[Capture]:
    """Read the captures of some strokes, in the order of their names.

    Parameters
    ----------
    archive : Path
        A tar archive, a folder that holds one, or the folder that it was unpacked in.
    strokes : sequence of str
        Which of THETIS's twelve.

    Raises
    ------
    FormatError
        If the archive is missing or damaged, or no capture in it can be read.
    """
    inside = sorted(archive.glob("*.tar*"))
    unpacked = archive.is_dir() and not inside
    try:
        found = _files(archive) if unpacked else _members(inside[0] if inside else archive)
        texts = dict(sorted((name, text) for name, text in found if _stroke(name) in strokes))
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise unreadable(archive, EXPECTED, error) from error
    return each_read(texts, lambda name: _capture(name, texts[name]), archive, EXPECTED)


def source(recordings: int) -> Source:
    """Say where it comes from, for a card."""
    return Source(
        name="THETIS 3D skeletons, Gourgari et al., CVPRW 2013 (Kinect, about 18 fps, rotated to 2D)",
        terms="asks to be cited",
        recordings=recordings,
    )


def seen_from(xyz: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    """Project on a picture, shape (frames, joints, 2), y down; 0 degrees looks at the player's back."""
    turn = np.radians(degrees)
    x = xyz[..., 0] * np.cos(turn) + xyz[..., 2] * np.sin(turn)
    return np.stack([x, -xyz[..., 1]], axis=-1)


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            wanted = member.isfile() and _stroke(member.name) and member.size <= _MAX_MEMBER
            file = tar.extractfile(member) if wanted else None
            if file is not None:
                yield member.name, file.read()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.resolve().rglob("*.txt"):
        if _stroke(path.as_posix()) and path.stat().st_size <= _MAX_MEMBER:
            yield path.as_posix(), path.read_bytes()


def _stroke(name: str) -> str:
    """Tell one of THETIS's strokes from LEVEL/STROKE/PERSON.txt; empty where it is none."""
    parts = PurePosixPath(name).parts
    return parts[-2] if len(parts) >= 3 and parts[-2] in LABELS else ""


def _capture(name: str, content: bytes) -> Capture:
    level, stroke, file = PurePosixPath(name).parts[-3:]
    person = f"{level}/{PurePosixPath(file).stem}"
    return Capture(name, person, stroke, _parse(content.decode("ascii")))


def _parse(text: str) -> NDArray[np.float64]:
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("FRAME")]
    frames = len(rows) // len(_ORDER)
    if frames < _LEAST_FRAMES:
        raise ValueError(f"holds {frames} frames, {_LEAST_FRAMES} are a second")
    points = np.array(rows[: frames * len(_ORDER)], float).reshape(frames, len(_ORDER), 3)
    xyz = points[:, [_ORDER.index(_their_name(joint)) for joint in ACTION13.keypoints]]
    xyz[(xyz == 0).all(axis=2)] = np.nan
    return xyz


_ORDER = (
    *("HEAD", "L_ELBOW", "L_FOOT", "L_HAND", "L_HIP", "L_KNEE", "L_SHOULDER", "NECK"),
    *("R_ELBOW", "R_FOOT", "R_HAND", "R_HIP", "R_KNEE", "R_SHOULDER", "TORSO"),
)


def _their_name(joint: str) -> str:
    side, _, rest = joint.partition("_")
    part = rest or side
    part = _JOINTS.get(part, part.upper())
    return f"{side[0].upper()}_{part}" if rest else part


def recordings(
    captures: Sequence[Capture], views: Sequence[float], half_stroke_s: float = 0.5
) -> list[Recording]:
    """Turn captures into labelled 2D recordings, one for each capture and view.

    The strokes of a file are its one to three highest peaks of arm speed; as many moments of the
    lowest arm speed are idle.

    Parameters
    ----------
    captures : sequence of Capture
        What was read.
    views : sequence of float
        Degrees by which the camera stands away from behind the player.
    half_stroke_s : float
        Seconds before and after a peak that count as the stroke.
    """
    lefties = _left_handed(captures)
    return [
        _recording(
            capture, degrees, half_stroke_s, "left" if capture.person in lefties else "right"
        )
        for capture in captures
        for degrees in views
    ]


def _recording(capture: Capture, degrees: float, half_s: float, hand: Hand) -> Recording:
    tracks = one_person(ACTION13, seen_from(capture.xyz, degrees), RATE)
    _, time, speed = arm_speed(one_person(ACTION13, seen_from(capture.xyz, 0.0), RATE))
    fastest = speed.max(axis=1)
    peaks = highest_peaks(time, fastest, most=3, apart_s=2.0, share=0.6)
    slow = highest_peaks(time, -fastest + fastest.max(), most=len(peaks), apart_s=1.0, share=0.0)
    strokes = [_label(peak, half_s, LABELS[capture.stroke]) for peak in peaks]
    idle = [_label(at, half_s, "idle") for at in slow if not _near(at, peaks, 2 * half_s)]
    name = f"{capture.name}@{degrees:g}"
    return Recording("thetis", name, capture.person, tracks, (*strokes, *idle), hand)


def _label(peak: float, half_s: float, label: str) -> Action:
    start = max(peak - half_s, 0.0)
    return Action(1, start, peak + half_s, float(peak), label, float("nan"))


def _near(moment: float, peaks: NDArray[np.float64], distance_s: float) -> bool:
    return bool((np.abs(peaks - moment) < distance_s).any())


def _left_handed(captures: Sequence[Capture]) -> set[str]:
    """Name the people whose left wrist is the faster one over all their serves and forehands."""
    lead: dict[str, float] = {}
    for capture in captures:
        if LABELS[capture.stroke] in ("serve", "forehand"):
            _, _, speed = arm_speed(one_person(ACTION13, seen_from(capture.xyz, 0.0), RATE))
            right, left = np.sort(speed, axis=0)[-10:].mean(axis=0)
            lead[capture.person] = lead.get(capture.person, 0.0) + float(left - right)
    return {person for person, gain in lead.items() if gain > 0}
