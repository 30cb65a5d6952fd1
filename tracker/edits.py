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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from tracker.clock import seconds_of
from tracker.errors import FormatError, TrackingError, did_you_mean
from tracker.tracks import Tracks
from tracker.words import LONGEST, fits
from tracker.yaml_files import line_of, read_yaml

Ids = NDArray[np.int64]

EXAMPLE = "Each edit is a line of its own, as in: - {swap: [1, 2], from: 12.4}"
#: No video is longer, in seconds; Python cannot even write every whole number that YAML reads.
LATEST_S = 1e9
#: Times are copied from tables, which round them to so many seconds at most.
ROUNDED_S = 1e-4
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

    def __str__(self) -> str:
        """Write the edit as it stands in the file: ``swap: [1, 2], from: 12.4``."""
        people = list(self.people) if self.kind == "swap" else self.people[0]
        other = KINDS[self.kind]
        return f"{self.kind}: {people}" + (f", {other}: {self.value}" if other else "")


def read_edits(path: Path) -> list[Edit]:
    """Read edits.yaml.

    Raises
    ------
    FormatError
        If the file cannot be read or an entry is no edit; the message names the line.
    """
    entries, root = read_yaml(path, FormatError, hint=EXAMPLE)
    if entries is None:
        return []
    if not isinstance(entries, list) or not isinstance(root, yaml.SequenceNode):
        raise FormatError(f"{path} should hold a list of edits.", hint=EXAMPLE)
    places = [f"{path}, line {line_of(node)}" for node in root.value]
    return [_edit(entry, place) for entry, place in zip(entries, places, strict=True)]


def apply_edits(
    tracks: Tracks, ids: Ids, edits: Sequence[Edit]
) -> tuple[Ids, dict[int, str], list[str]]:
    """Do all edits in order.

    Parameters
    ----------
    tracks : Tracks
        Says when each row is.
    ids : int64 array, shape (rows,)
        The ID that each row has by now, which need not be the table's; 0 for nobody.
    edits : sequence of Edit
        The repairs.

    Returns
    -------
    ids : int64 array, shape (rows,)
        The repaired IDs, 0 for who was dropped.
    names : dict of int to str
        The name of each ID that was given one.
    done : list of str
        What each edit did, with the ID of somebody new.

    Raises
    ------
    TrackingError
        If an edit cannot be done; the message names its line.
    """
    names: dict[int, str] = {}
    done: list[str] = []
    for edit in edits:
        for person in edit.people:
            _check_known(ids, edit, person)
        before = ids
        if edit.kind == "name":
            names[edit.people[0]] = str(edit.value)
        else:
            ids = _DOING[edit.kind](tracks, ids, edit)
        if edit.kind in ("merge", "drop"):
            name = names.pop(edit.people[0], None)
            if name is not None and edit.kind == "merge":
                names.setdefault(int(edit.value or 0), name)
        done.append(_told(edit, before, ids))
    return ids, names, done


def _told(edit: Edit, before: Ids, after: Ids) -> str:
    """Say what an edit did, in words."""
    person, rows = edit.people[0], int((before != after).sum())
    sightings = f"{rows} {'sighting' if rows == 1 else 'sightings'}"
    match edit.kind:
        case "swap":
            return f"{person} and {edit.people[1]} exchanged from {edit.value} s on ({sightings})"
        case "merge":
            return f"{person} is {edit.value} now ({sightings})"
        case "split":
            return f"{person} is {after.max()} from {edit.value} s on ({sightings})"
        case "drop":
            return f"{person} dropped ({sightings})"
    return f"{person} is called {edit.value}"


def _edit(entry: Any, place: str) -> Edit:
    if not isinstance(entry, dict):
        raise FormatError(f"{place}: expected an edit such as 'drop: 9', found {_short(entry)}.")
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
    people = _people(kind, entry[kind], place)
    if kind == "merge" and value in people:
        raise FormatError(f"{place}: merge and into should be two IDs, found {value} twice.")
    return Edit(kind, people, value, place)


def _people(kind: str, value: Any, place: str) -> tuple[int, ...]:
    people = value if isinstance(value, list) else [value]
    wanted = 2 if kind == "swap" else 1
    whole = all(isinstance(person, int) and not isinstance(person, bool) for person in people)
    if not whole or len(people) != wanted or len(set(people)) != wanted:
        what = "two different IDs, as in [1, 2]" if wanted == 2 else "one ID"
        raise FormatError(f"{place}: {kind} expects {what}, found {_short(value)}.")
    return tuple(people)


def _value(kind: str, value: Any, place: str) -> float | int | str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if kind == "name":
        return _name(str(value) if whole else value, place)
    if kind == "merge" and whole:
        return int(value)
    if kind != "merge":
        value = _clock(value)
    if kind != "merge" and (whole or isinstance(value, float)) and abs(value) <= LATEST_S:
        return float(value)
    what = "an ID" if kind == "merge" else "a time in seconds, or as in 1:02.5"
    raise FormatError(f"{place}: {KINDS[kind]} expects {what}, found {_short(value)}.")


def _clock(value: Any) -> Any:
    """Read ``0:12.5``, which YAML leaves as text; it reads ``1:12`` as 72 itself."""
    try:
        return seconds_of(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _name(value: Any, place: str) -> str:
    name = value.strip() if isinstance(value, str) else ""
    if not fits(name):
        raise FormatError(
            f"{place}: as expects a name of at most {LONGEST} characters on one line, "
            f"found {_short(value)}."
        )
    return name


def _short(value: Any) -> str:
    """Show what was found, cut where it is long."""
    if value is None:
        return "nothing"
    if isinstance(value, int) and abs(value) > LATEST_S:
        return "a number too large"
    shown = repr(value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def _check_known(ids: Ids, edit: Edit, person: int) -> None:
    if person < 1 or not (ids == person).any():
        there = np.unique(ids[ids > 0]).tolist()
        shown = ", ".join(map(str, there[:12])) + (" ..." if len(there) > 12 else "")
        raise TrackingError(
            f"{edit.place}: there is no person {person} to {edit.kind}.",
            hint=f"By then there is {shown or 'nobody'}.",
        )


def _from(tracks: Tracks, edit: Edit) -> NDArray[np.bool_]:
    """Tell which rows are from the edit's time on, which may be rounded as tables round it."""
    later: NDArray[np.bool_] = tracks.time >= float(edit.value or 0) - ROUNDED_S
    return later


def _swap(tracks: Tracks, ids: Ids, edit: Edit) -> Ids:
    a, b = edit.people
    later = _from(tracks, edit)
    if not (later & np.isin(ids, edit.people)).any():
        raise TrackingError(f"{edit.place}: neither {a} nor {b} is seen from {edit.value} s on.")
    return np.select([later & (ids == a), later & (ids == b)], [b, a], ids)


def _merge(tracks: Tracks, ids: Ids, edit: Edit) -> Ids:
    (person,), target = edit.people, int(edit.value or 0)
    _check_known(ids, edit, target)
    mine, other = ids == person, ids == target
    both = np.intersect1d(tracks.frame[mine], tracks.frame[other])
    if len(both):
        raise TrackingError(
            f"{edit.place}: {person} and {target} are both seen in frame {both[0]}.",
            hint="Drop or split one of them first.",
        )
    return np.where(mine, target, ids)


def _split(tracks: Tracks, ids: Ids, edit: Edit) -> Ids:
    (person,) = edit.people
    mine = ids == person
    later = mine & _from(tracks, edit)
    if not later.any() or (later == mine).all():
        raise TrackingError(f"{edit.place}: {person} is not seen before and after {edit.value} s.")
    return np.where(later, ids.max() + 1, ids)


def _drop(_tracks: Tracks, ids: Ids, edit: Edit) -> Ids:
    return np.where(ids == edit.people[0], 0, ids)


_DOING: dict[str, Callable[[Tracks, Ids, Edit], Ids]] = {
    "swap": _swap,
    "merge": _merge,
    "split": _split,
    "drop": _drop,
}
