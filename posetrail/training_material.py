"""What a user gives to learn or judge from: label files and runs, brought together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from classifiers.actions import Action
from classifiers.label_formats import LabelRow
from classifiers.labels import Label, LabelledVideo, match_labels, read_labels
from classifiers.recordings import Hand, Recording
from classifiers.suggestions import guess_in
from posetrail.origins import origins, videos_of
from posetrail.run_folder import Run, open_run
from tracker.errors import LabelError, UsageError, did_you_mean

#: Label files that `posetrail label` writes into a run's folder.
LABELS_NAME = "labels.csv"
_HANDS: dict[str, Hand] = {"right": "right", "r": "right", "left": "left", "l": "left"}


@dataclass(frozen=True)
class Material:
    """Labelled people of some runs.

    Parameters
    ----------
    recordings : list of Recording
        One for each person with labels, named ``run/ID``.
    undecided : dict of str to list of Action
        Labels that nobody has decided on, by name of recording.
    guessed : dict of str to list of Action
        Labels that are still what ``posetrail label`` noted as a model's guess, by name of recording.
    handed : bool
        The labels say who plays with which hand.
    group_by : str
        What a group is: video, person, or a column of the labels.
    runs, files : list of Path
        Where all of it comes from.
    """

    recordings: list[Recording]
    undecided: dict[str, list[Action]]
    guessed: dict[str, list[Action]]
    handed: bool
    group_by: str
    runs: list[Path]
    files: list[Path]


def gather(
    paths: Sequence[Path],
    *,
    group_by: str = "video",
    skip_missing: bool = False,
    quiet: bool = False,
) -> Material:
    """Read label files and the runs that they speak of.

    Parameters
    ----------
    paths : sequence of Path
        Label files and runs' folders in any order; without a label file each run's own labels.csv.
    group_by : str
        What must not be split: ``video`` (all runs of one together), ``person`` or a column of the
        label files.
    skip_missing : bool
        Leave out labels of videos of which no run is given.
    quiet : bool
        A label file that holds a header only says that nothing happened in its run: everybody there
        becomes a recording without labels.

    Raises
    ------
    LabelError
        If a label is impossible; the message names file and row.
    UsageError
        If a path is not there, there are no runs or no labels, two runs share a name, or two runs of
        one video are in different groups.
    FormatError
        If a folder is no run's.
    """
    folders, files = part_paths(paths)
    runs = {folder: open_run(folder) for folder in folders}
    videos = labelled_videos(runs)
    people = _people(read_tables(files, folders, quiet=quiet), videos, folders, skip_missing)
    homes = _homes(runs)
    recordings, undecided, guessed, handed = [], {}, {}, False
    for video in videos:
        for person, labels in people[video.name].items():
            recording = _recording(video, person, labels, group_by, homes[video.name])
            undecided[recording.name] = [each.action for each in labels if not each.decided]
            guessed[recording.name] = [each.action for each in labels if _is_guess(each)]
            handed |= any(each.row.columns.get("hand") for each in labels)
            if recording.labels or not labels:
                recordings.append(recording)
    _refuse_split_videos(recordings, group_by)
    return Material(recordings, undecided, guessed, handed, group_by, folders, files)


def _is_guess(label: Label) -> bool:
    """Tell whether a label is the one that its row's ``why`` names as a model's guess."""
    return guess_in(label.row.columns.get("why", "")) == label.action.label


def part_paths(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Part runs' folders from label files; without any file each run's labels.csv counts."""
    given = list({path.resolve(): path for path in paths}.values())
    for path in given:
        if not path.exists():
            beside = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
            near = did_you_mean(path.name, beside)
            hint = near if near.startswith("Did") else ""
            raise UsageError(f"There is no run or label file {path}.", hint=hint)
    folders = [path for path in given if path.is_dir()]
    files = [path for path in given if not path.is_dir()]
    if not folders:
        raise UsageError(
            "There is no run among the arguments.", hint="Give the runs' folders after the labels."
        )
    if not files:
        files = [folder / LABELS_NAME for folder in folders if (folder / LABELS_NAME).is_file()]
    if not files:
        raise UsageError(
            f"There is no label file: no run has a {LABELS_NAME}.",
            hint="Make one with posetrail label RUN, or give a table of labels.",
        )
    return folders, files


def labelled_videos(runs: Mapping[Path, Run]) -> list[LabelledVideo]:
    """Give what labels are matched with: each run by its folder's and its video's name.

    Raises
    ------
    UsageError
        If two runs have the same folder name.
    """
    videos: dict[str, LabelledVideo] = {}
    for folder, run in runs.items():
        name = folder.resolve().name
        if name in videos:
            raise UsageError(f"Two runs are called {name}; labels could not tell them apart.")
        source = Path(str(run.info["source"]["path"]))
        poses = run.poses
        if not len(poses.frame):
            raise LabelError(f"The run {folder} has no frames.")
        names = tuple(dict.fromkeys((name, source.stem, source.name)))
        videos[name] = LabelledVideo(names, run.tracks, poses.frame, poses.time, run.names)
    return list(videos.values())


def read_tables(
    files: Sequence[Path], folders: Sequence[Path], *, quiet: bool = False
) -> dict[Path, list[LabelRow]]:
    """Read label files; in one that lies in a run's folder, rows that name no video are of that run."""
    tables = {file: read_labels(file, may_be_empty=quiet) for file in files}
    inside = {folder.resolve() for folder in folders}
    for file, rows in tables.items():
        home = file.resolve().parent
        if home in inside:
            tables[file] = [
                row if row.videos else replace(row, videos=(home.name,)) for row in rows
            ]
    return tables


def _people(
    tables: Mapping[Path, Sequence[LabelRow]],
    videos: Sequence[LabelledVideo],
    folders: Sequence[Path],
    skip_missing: bool,
) -> dict[str, dict[int, list[Label]]]:
    """Give the labels of each run's people; in a run where nothing happened, nobody has any."""
    rows = [row for table in tables.values() for row in table]
    matched = match_labels(rows, videos, skip_missing=skip_missing)
    silent = {_quiet_run(file, folders) for file, table in tables.items() if not table}
    return {
        video.name: _by_person(matched.get(video.name, []))
        or {person: [] for person in video.tracks.ids if video.name in silent}
        for video in videos
    }


def _quiet_run(file: Path, folders: Sequence[Path]) -> str:
    """Give the run of which a table without rows says that nothing happened in it."""
    home = file.resolve().parent
    names = [folder.resolve().name for folder in folders]
    if home in {folder.resolve() for folder in folders}:
        return home.name
    if len(names) == 1:
        return names[0]
    raise LabelError(
        f"{file} has no labels and does not lie in a run's folder: of which of {len(names)} runs it says "
        "that nothing happened there cannot be told.",
        hint=f"Put it into that run's folder as {LABELS_NAME}.",
    )


def _by_person(labels: Sequence[Label]) -> dict[int, list[Label]]:
    people: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        people[label.action.track_id].append(label)
    return people


@dataclass(frozen=True)
class _Home:
    """What a run is of: the first run of the same video, and the hashes that tell."""

    video: str
    origins: tuple[str, ...]


def _homes(runs: Mapping[Path, Run]) -> dict[str, _Home]:
    """Tell which runs are of one video: their recordings are one group and share the first hash."""
    known = {folder.resolve().name: origins(run) for folder, run in runs.items()}
    video = videos_of(known)
    return {
        name: _Home(video[name], tuple(dict.fromkeys((known[video[name]][0], *own))))
        for name, own in known.items()
    }


def _refuse_split_videos(recordings: Sequence[Recording], group_by: str) -> None:
    """Refuse two runs of one video of which neither has only groups of the other.

    Raises
    ------
    UsageError
        If so: the same frames would be learnt from and judged.
    """
    groups: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in recordings:
        groups[each.origins[0]][each.name.rpartition("/")[0]].add(each.group)
    for runs in groups.values():
        for (one, its), (other, others) in combinations(runs.items(), 2):
            if not (its <= others or others <= its):
                raise UsageError(
                    f"The runs {one} and {other} are of one video, but {group_by} puts them into "
                    f"different groups ({', '.join(sorted(its))}; {', '.join(sorted(others))}).",
                    hint="Give one of the two, or use --group-by video.",
                )


def _recording(
    video: LabelledVideo, person: int, labels: Sequence[Label], group_by: str, home: _Home
) -> Recording:
    group = home.video if group_by == "video" else _group(video, person, labels, group_by)
    return Recording(
        "own",
        f"{video.name}/{person}",
        group,
        video.tracks.person(person),
        tuple(each.action for each in labels if each.decided),
        _hand(labels),
        home.origins,
    )


def _group(video: LabelledVideo, person: int, labels: Sequence[Label], group_by: str) -> str:
    if group_by == "person":
        return video.people.get(person, f"{video.name}/{person}")
    row = labels[0].row
    if group_by not in row.columns:
        raise LabelError(
            f"{row.place}: there is no column {group_by!r} to group by.",
            hint=did_you_mean(group_by, ["video", "person", *row.columns]),
        )
    values = {each.row.columns.get(group_by, "") for each in labels}
    if len(values) > 1 or "" in values:
        raise LabelError(
            f"{row.place}: {group_by} of person {person} in {video.name} should be one value, found "
            f"{', '.join(sorted(repr(value) for value in values))}.",
            hint="One person in one video belongs to one group.",
        )
    return values.pop()


def _hand(labels: Sequence[Label]) -> Hand:
    """Give the hand that the labels of one person say; right where they do not."""
    found: dict[str, LabelRow] = {}
    for label in labels:
        text = label.row.columns.get("hand", "").lower()
        if text and text not in _HANDS:
            raise LabelError(f"{label.row.place}: hand should be right or left, found {text!r}.")
        if text:
            found[_HANDS[text]] = label.row
    if len(found) > 1:
        places = " and ".join(row.place for row in found.values())
        raise LabelError(f"One person is right-handed and left-handed: {places}.")
    return "left" if "left" in found else "right"
