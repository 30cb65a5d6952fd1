"""Where decoding can begin, from packets alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tracker.seeking import Landing, landing_before

STREAM = SimpleNamespace(time_base=Fraction(1, 1000))


@dataclass
class Packet:
    pts: int | None
    is_keyframe: bool = False
    size: int = 100
    is_discard: bool = False
    is_corrupt: bool = False


class Container:
    """Packets 40 ms apart from 80 on, a key frame every tenth, two of three out of order."""

    def __init__(self, name: str = "matroska,webm", count: int = 200) -> None:
        self.format = SimpleNamespace(name=name)
        self.read = 0
        self.packets = [Packet(80 + 40 * k, k % 10 == 0) for k in range(count)]
        for k in range(1, count - 1, 10):
            self.packets[k], self.packets[k + 1] = self.packets[k + 1], self.packets[k]

    def demux(self, _: Any) -> Iterator[Packet]:
        for packet in [*self.packets, Packet(None, size=0)]:
            self.read += 1
            yield packet


def test_the_key_frame_before_a_moment_and_how_many_frames_come_before_it() -> None:
    container = Container()
    assert landing_before(container, STREAM, 3.0, 80) == Landing(80 + 40 * 70, 70)
    assert container.read < 140
    assert landing_before(Container(), STREAM, 2.8, 80) == Landing(80 + 40 * 70, 70)
    assert landing_before(Container(), STREAM, 2.79, 80) == Landing(80 + 40 * 60, 60)
    assert landing_before(Container(), STREAM, 900.0, 80) == Landing(80 + 40 * 190, 190)


def test_the_first_frame_is_no_landing() -> None:
    assert landing_before(Container(), STREAM, 0.3, 80) is None


@pytest.mark.parametrize(
    "change",
    [{"pts": None}, {"pts": 80 + 40 * 20}, {"is_discard": True}, {"is_corrupt": True}, {"pts": 40}],
)
def test_what_does_not_tell_numbers_is_decoded(change: dict[str, Any]) -> None:
    container = Container()
    container.packets[30] = replace(container.packets[30], **change)
    assert landing_before(container, STREAM, 3.0, 80) is None


def test_containers_without_times_and_empty_ones_are_decoded() -> None:
    assert landing_before(Container("avi"), STREAM, 3.0, 80) is None
    assert landing_before(Container(count=2), STREAM, 3.0, 80) is None
    empty = Container()
    empty.packets = []
    assert landing_before(empty, STREAM, 3.0, 80) is None
