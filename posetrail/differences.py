"""What differs between the options of two runs, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: More differences than these are only counted.
_NAMED = 4
_ABSENT = "not there"


def differences(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Name the keys that differ, dotted, with both values; empty where none does.

    Parameters
    ----------
    earlier, now : mapping
        Values as JSON has them, in groups.

    Returns
    -------
    str
        As in ``pose.height was 368, now 256; pose.zoom was off, now auto``.
    """
    old, new = dict(_flat(earlier)), dict(_flat(now))
    different = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    said = [
        f"{key} was {_shown(old.get(key, _ABSENT))}, now {_shown(new.get(key, _ABSENT))}"
        for key in different[:_NAMED]
    ]
    more = len(different) - _NAMED
    return "; ".join([*said, f"and {more} more"] if more > 0 else said)


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _shown(value: object) -> str:
    return "not given" if value is None else str(value)
