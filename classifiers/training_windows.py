"""Windows to learn from: shifted around each label, mirrored for left hands, roughened on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.actions import Action
from classifiers.recordings import Recording
from features.mirroring import mirrored
from features.normalise import nan_median
from features.windows import Windows, WindowSettings, windows_at
from tracker.settings import Settings
from tracker.skeleton import Skeleton


class SamplingSettings(Settings):
    """Where training windows are cut."""

    shift_s: float = Field(default=0.1, ge=0)
    """Windows are shifted so far to either side of a label's middle, in seconds, or further where
    the label is longer than the window."""
    step_s: float = Field(default=0.1, gt=0)
    """Seconds from one window of a label to the next."""
    most: int = Field(default=40, ge=1)
    """Windows of one label at most; longer labels are looked at more sparsely."""


@dataclass(frozen=True)
class LabelledWindows:
    """Windows and what is known about them.

    Parameters
    ----------
    windows : Windows
        Cut around labels.
    label : str array, shape (windows,)
        What is done in each.
    group : str array, shape (windows,)
        What must not be split between learning and judging.
    source : str array, shape (windows,)
        The collection each comes from.
    clip : int array, shape (windows,)
        Number of the label that each window was cut from.
    """

    windows: Windows
    label: NDArray[np.str_]
    group: NDArray[np.str_]
    source: NDArray[np.str_]
    clip: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.windows)

    def __getitem__(self, keep: NDArray[np.intp] | NDArray[np.bool_]) -> LabelledWindows:
        """Select windows."""
        return LabelledWindows(
            self.windows[keep],
            self.label[keep],
            self.group[keep],
            self.source[keep],
            self.clip[keep],
        )


def labelled_windows(
    recordings: Sequence[Recording],
    window: WindowSettings,
    skeleton: Skeleton,
    sampling: SamplingSettings,
    *,
    mirror_left: bool = True,
    half_seen: bool = False,
) -> LabelledWindows:
    """Cut windows around every label of every recording.

    Parameters
    ----------
    recordings : sequence of Recording
        Labelled people.
    window : WindowSettings
        How windows are cut.
    skeleton : Skeleton
        The joints wanted.
    sampling : SamplingSettings
        Where around a label.
    mirror_left : bool
        Show left-handed people in a mirror, so that all are right-handed.
    half_seen : bool
        Keep windows of which one half shows too little (``min_seen_side``): they teach, though in use
        nobody is told from them.

    Returns
    -------
    LabelledWindows
        In the order of the recordings and their labels. What is left out in use is left out here:
        windows in which too little is seen (`Windows.enough_seen`), and rows that tracking filled in.
    """
    parts, owners, clips = [], [], []
    clip = 0
    for number, recording in enumerate(recordings):
        seen = recording.tracks.sightings()
        for label in recording.labels:
            centres = window_centres(label, window.window_s, sampling)
            person = np.full(len(centres), label.track_id, np.int64)
            cut = windows_at(seen, window, person, centres, skeleton)
            parts.append(mirrored(cut) if mirror_left and recording.hand == "left" else cut)
            owners.append(np.full(len(centres), number))
            clips.append(np.full(len(centres), clip))
            clip += 1
    windows = join_windows(parts, skeleton, window)
    owner, clip_of = (
        np.concatenate([[], *owners]).astype(int),
        np.concatenate([[], *clips]).astype(int),
    )
    names = np.array([label.label for each in recordings for label in each.labels])
    found = LabelledWindows(
        windows,
        names[clip_of] if len(clip_of) else np.empty(0, np.str_),
        np.array([each.group for each in recordings], np.str_)[owner],
        np.array([each.source for each in recordings], np.str_)[owner],
        clip_of,
    )
    wanted = window.model_copy(update={"min_seen_side": 0.0}) if half_seen else window
    return found[windows.enough_seen(wanted)]


def window_centres(
    label: Action, window_s: float, sampling: SamplingSettings
) -> NDArray[np.float64]:
    """Give the centres of one label's windows, in seconds, symmetric about its middle."""
    reach = max((label.duration_s - window_s) / 2, sampling.shift_s)
    each_side = int(min(reach / sampling.step_s + 1e-9, (sampling.most - 1) / 2))
    middle = label.middle_s
    if not each_side:
        return np.array([middle])
    return middle + np.linspace(-1, 1, 2 * each_side + 1) * reach


def join_windows(parts: Sequence[Windows], skeleton: Skeleton, settings: WindowSettings) -> Windows:
    """Put windows of several recordings together; track IDs are those of their own recordings."""
    empty = np.empty((0, settings.samples, len(skeleton), 2), np.float32)
    return Windows(
        skeleton,
        np.concatenate([empty, *(part.xy for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.track_id for part in parts)]),
        np.concatenate([np.empty(0), *(part.time for part in parts)]),
        settings.spacing_s,
    )


def joined_labels(parts: Sequence[LabelledWindows], settings: WindowSettings) -> LabelledWindows:
    """Put windows cut in different ways together, one part at least; labels are numbered through."""
    clips, first = [], 0
    for part in parts:
        clips.append(part.clip + first)
        first += int(part.clip.max(initial=-1)) + 1
    return LabelledWindows(
        join_windows([part.windows for part in parts], parts[0].windows.skeleton, settings),
        np.concatenate([part.label for part in parts]),
        np.concatenate([part.group for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate(clips),
    )


def roughened(
    windows: Windows, seed: int, *, jitter: float = 0.04, dropout: float = 0.05
) -> Windows:
    """Make clean windows look as if a detector had seen them.

    Parameters
    ----------
    windows : Windows
        Without detector noise.
    seed : int
        The same seed gives the same noise.
    jitter : float
        Standard deviation of the noise in torso lengths.
    dropout : float
        Share of joints that are missing: half of them for a whole window, half in single samples.
    """
    rng = np.random.default_rng(seed)
    xy, joints = windows.xy, windows.skeleton
    shoulders = xy[:, :, [joints.index("left_shoulder"), joints.index("right_shoulder")]].mean(
        axis=2
    )
    hips = xy[:, :, [joints.index("left_hip"), joints.index("right_hip")]].mean(axis=2)
    torso = nan_median(np.hypot(*np.moveaxis(shoulders - hips, -1, 0)), axis=1)
    size = np.nan_to_num(torso, nan=0.0)[:, None, None, None] * np.float32(jitter)
    noisy = xy + rng.standard_normal(xy.shape, np.float32) * size
    lost = rng.random(xy.shape[:3]) < dropout / 2
    lost |= (rng.random((len(xy), 1, xy.shape[2])) < dropout / 2).repeat(xy.shape[1], axis=1)
    noisy[lost] = np.nan
    return Windows(joints, noisy, windows.track_id, windows.time, windows.spacing_s)
