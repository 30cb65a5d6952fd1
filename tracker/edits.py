"""Repairs that a user wrote down, replayed on every re-track.

``edits.yaml`` beside a run is a list, done from top to bottom, with IDs as they are by then::

    - swap: [1, 2]    # from this time on, 1 is 2 and 2 is 1
      from: 12.4
    - merge: 7        # 7 becomes 3
      into: 3
    - split: 3        # from this time on, 3 is somebody new, with the next free ID
      at: 20.5
    - drop: 9
    - name: 1
      as: Nadal
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tracker.errors import FormatError, TrackingError, did_you_mean
from tracker.tracks import Tracks

#: The keys of each kind of edit: what it is done to, and the other key it needs.
KINDS: dict[str, str | None] = {
    "swap": "from",
    "merge": "into",
    "split": "at",
    "drop": None,
    "name": "as",
}


@dataclass(frozen=True)
class Edit:
    """One repair.

    Parameters
    ----------
    kind : str
        swap, merge, split, drop or name.
    people : tuple of int
        The ID it is done to; two for a swap.
    value : float, int, str or None
        The time of a swap or split in seconds, the ID merged into, or the name.
    place : str
        Where it stands: file and line.
    """

    kind: str
    people: tuple[int, ...]
    value: float | int | str | None
    place: str


def read_edits(path: Path) -> list[Edit]:
    """Read edits.yaml.

    Raises
    ------
    FormatError
        If the file cannot be read or an entry is no edit; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"Cannot read {path}: {error}.") from error
    except yaml.YAMLError as error:
        raise FormatError(f"{path} is not YAML: {' '.join(str(error).split())}.") from error
    if entries is None:
        return []
    if not isinstance(entries, list) or not isinstance(root, yaml.SequenceNode):
        raise FormatError(f"{path} should hold a list of edits.", hint="Each begins with '- '.")
    places = [f"{path}, line {node.start_mark.line + 1}" for node in root.value]
    return [_edit(entry, place) for entry, place in zip(entries, places, strict=True)]


def apply_edits(tracks: Tracks, edits: Sequence[Edit]) -> Tracks:
    """Do all edits in order.

    Returns
    -------
    Tracks
        The repaired table; names are in ``provenance["names"]``, by ID.

    Raises
    ------
    TrackingError
        If an edit cannot be done; the message names its line.
    """
    for edit in edits:
        tracks = _DOING[edit.kind](tracks, edit)
    return tracks


def _edit(entry: Any, place: str) -> Edit:
    if not isinstance(entry, dict):
        raise FormatError(f"{place}: expected an edit such as 'drop: 9', found {entry!r}.")
    kinds = [key for key in entry if key in KINDS]
    if len(kinds) != 1:
        found = ", ".join(map(str, entry))
        hint = did_you_mean(str(next(iter(entry), "")), KINDS)
        raise FormatError(f"{place}: expected one of {', '.join(KINDS)}, found {found}.", hint=hint)
    kind = kinds[0]
    other = KINDS[kind]
    expected = {kind, other} - {None}
    if set(entry) != expected:
        wanted = " and ".join(str(key) for key in (kind, other) if key)
        raise FormatError(f"{place}: {kind} needs {wanted}, found {', '.join(map(str, entry))}.")
    value = _value(kind, entry.get(other), place) if other else None
    return Edit(kind, _people(kind, entry[kind], place), value, place)


def _people(kind: str, value: Any, place: str) -> tuple[int, ...]:
    people = value if isinstance(value, list) else [value]
    wanted = 2 if kind == "swap" else 1
    whole = all(isinstance(person, int) and not isinstance(person, bool) for person in people)
    if not whole or len(people) != wanted or len(set(people)) != wanted:
        what = "two different IDs, as in [1, 2]" if wanted == 2 else "one ID"
        raise FormatError(f"{place}: {kind} expects {what}, found {value!r}.")
    return tuple(people)


def _value(kind: str, value: Any, place: str) -> float | int | str:
    if kind == "name":
        return str(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "merge" and isinstance(value, int) and number:
        return value
    if kind != "merge" and number and np.isfinite(value):
        return float(value)
    what = "an ID" if kind == "merge" else "a time in seconds"
    raise FormatError(f"{place}: {KINDS[kind]} expects {what}, found {value!r}.")


def _check_known(tracks: Tracks, edit: Edit, *people: int) -> None:
    for person in people:
        if not (tracks.track_id == person).any():
            raise TrackingError(f"{edit.place}: there is no person {person} to {edit.kind}.")


def _swap(tracks: Tracks, edit: Edit) -> Tracks:
    a, b = edit.people
    _check_known(tracks, edit, a, b)
    later = tracks.time >= float(edit.value or 0)
    if not (later & np.isin(tracks.track_id, edit.people)).any():
        raise TrackingError(f"{edit.place}: neither {a} nor {b} is seen from {edit.value} s on.")
    ids = tracks.track_id.copy()
    ids[later & (tracks.track_id == a)] = b
    ids[later & (tracks.track_id == b)] = a
    return _with_ids(tracks, ids)


def _merge(tracks: Tracks, edit: Edit) -> Tracks:
    (person,), target = edit.people, int(edit.value or 0)
    _check_known(tracks, edit, person, target)
    mine, other = tracks.track_id == person, tracks.track_id == target
    both = np.intersect1d(tracks.frame[mine], tracks.frame[other])
    if len(both):
        raise TrackingError(
            f"{edit.place}: {person} and {target} are both seen in frame {both[0]}.",
            hint="Drop or split one of them first.",
        )
    return _with_ids(tracks, np.where(mine, target, tracks.track_id))


def _split(tracks: Tracks, edit: Edit) -> Tracks:
    (person,) = edit.people
    _check_known(tracks, edit, person)
    mine = tracks.track_id == person
    later = mine & (tracks.time >= float(edit.value or 0))
    if not later.any() or (later == mine).all():
        raise TrackingError(f"{edit.place}: {person} is not seen before and after {edit.value} s.")
    return _with_ids(tracks, np.where(later, tracks.track_id.max() + 1, tracks.track_id))


def _drop(tracks: Tracks, edit: Edit) -> Tracks:
    _check_known(tracks, edit, *edit.people)
    return tracks.rows(tracks.track_id != edit.people[0])


def _name(tracks: Tracks, edit: Edit) -> Tracks:
    _check_known(tracks, edit, *edit.people)
    names: Mapping[str, str] = tracks.provenance.get("names", {})
    named = {**names, str(edit.people[0]): str(edit.value)}
    return replace(tracks, provenance={**tracks.provenance, "names": named})


def _with_ids(tracks: Tracks, ids: np.ndarray[Any, np.dtype[np.int64]]) -> Tracks:
    order = np.lexsort((ids, tracks.frame))
    return Tracks(
        tracks.skeleton,
        tracks.frame[order],
        tracks.time[order],
        ids[order].astype(np.int64),
        tracks.xy[order],
        tracks.score[order],
        tracks.state[order],
        tracks.provenance,
    )


_DOING: dict[str, Callable[[Tracks, Edit], Tracks]] = {
    "swap": _swap,
    "merge": _merge,
    "split": _split,
    "drop": _drop,
    "name": _name,
}
