from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from posetrail.parallel import drawn_ahead, ordered_map


def test_results_come_in_order_though_work_ends_out_of_order() -> None:
    def slow_when_even(x: int) -> int:
        time.sleep(0.01 * (x % 2 == 0))
        return x

    assert list(ordered_map(slow_when_even, range(20), workers=3)) == list(range(20))


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for i in range(1000):
            drawn.append(i)
            yield i

    results = ordered_map(lambda x: x, items(), workers=2)
    next(results)
    assert len(drawn) <= 4
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("bad", ["function", "items"])
def test_an_error_surfaces_as_itself_after_what_came_before(bad: str) -> None:
    def function(x: int) -> int:
        if bad == "function" and x == 5:
            raise KeyError("five")
        return x

    def items() -> Iterator[int]:
        yield from range(5)
        if bad == "items":
            raise KeyError("five")
        yield from range(5, 9)

    done: list[int] = []
    with pytest.raises(KeyError, match="five"):
        done.extend(ordered_map(function, items(), workers=1))
    assert done[:4] == [0, 1, 2, 3]


def test_work_runs_on_several_threads() -> None:
    meet = threading.Barrier(2, timeout=5)
    assert list(ordered_map(lambda _: meet.wait() >= 0, range(4), workers=2)) == [True] * 4


def test_items_drawn_ahead_come_in_order_from_another_thread() -> None:
    threads = set()

    def items() -> Iterator[int]:
        for i in range(50):
            threads.add(threading.current_thread())
            yield i

    assert list(drawn_ahead(items())) == list(range(50))
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_only_a_few_items_are_drawn_ahead_and_closing_stops_drawing() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for i in range(1000):
            drawn.append(i)
            yield i

    source = items()
    ahead = drawn_ahead(source, ahead=3)
    assert [next(ahead), next(ahead)] == [0, 1]
    ahead.close()
    source.close()  # type: ignore[attr-defined]
    assert 2 <= len(drawn) <= 6


def test_an_error_while_drawing_ahead_surfaces_behind_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise KeyError("three")

    done: list[int] = []
    with pytest.raises(KeyError, match="three"):
        done.extend(drawn_ahead(items()))
    assert done == [0, 1, 2]
