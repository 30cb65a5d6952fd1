from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from classifiers.events import Event, EventSettings, find_events, smooth

STEP = 0.05
PLAIN = EventSettings(smooth_s=0.0, enter=0.6, leave=0.4, min_s=0.1, merge_s=0.1)


def series(*spans: tuple[float, int, float], classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Spans of (seconds, class, probability); the rest goes to class 0."""
    labels = np.concatenate([np.full(round(s / STEP), c) for s, c, _ in spans])
    sure = np.concatenate([np.full(round(s / STEP), p) for s, _, p in spans])
    table = np.zeros((len(labels), classes), np.float32)
    table[:, 0] = 1 - sure
    table[np.arange(len(labels)), labels] += sure
    return np.arange(len(labels)) * STEP, table


def found(*spans: tuple[float, int, float], settings: EventSettings = PLAIN) -> list[Event]:
    time, table = series(*spans)
    return find_events(time, table, 0, STEP, settings)


def test_an_interval_begins_and_ends_with_its_windows() -> None:
    (event,) = found((1, 0, 1), (0.5, 2, 0.9), (1, 0, 1))
    assert event.label == 2
    assert event.start_s == pytest.approx(0.975)
    assert event.end_s == pytest.approx(1.475)
    assert event.score == pytest.approx(0.9)


def test_hysteresis_reaches_from_sure_to_hardly() -> None:
    (event,) = found((1, 0, 1), (0.2, 1, 0.45), (0.2, 1, 0.8), (0.2, 1, 0.45), (1, 0, 1))
    assert event.end_s - event.start_s == pytest.approx(0.6)
    assert found((1, 0, 1), (0.5, 1, 0.55), (1, 0, 1)) == []


def test_short_ones_are_dropped_and_near_ones_merged() -> None:
    assert found((1, 0, 1), (0.05, 1, 0.9), (1, 0, 1)) == []
    assert len(found((0.5, 1, 0.9), (0.1, 0, 1), (0.5, 1, 0.9))) == 1
    assert len(found((0.5, 1, 0.9), (0.3, 0, 1), (0.5, 1, 0.9))) == 2


def test_a_flicker_of_another_label_goes_to_its_neighbour() -> None:
    (event,) = found((0.4, 1, 0.9), (0.05, 2, 0.9), (0.4, 1, 0.9))
    assert event.label == 1
    first, second = found((0.4, 1, 0.9), (0.4, 2, 0.9))
    assert (first.label, second.label) == (1, 2)
    assert first.end_s == pytest.approx(second.start_s)


def test_doubt_between_two_labels_is_still_an_action() -> None:
    time, table = series((0.5, 0, 1), (0.5, 1, 0.9), (0.5, 0, 1))
    table[10:20] = (0.1, 0.48, 0.42)
    (event,) = find_events(time, table, 0, STEP, PLAIN)
    assert event.label == 1


def test_a_hole_in_time_ends_an_interval() -> None:
    time, table = series((1, 1, 0.9))
    time[10:] += 2
    first, second = find_events(time, table, 0, STEP, PLAIN)
    assert first.end_s < 0.6
    assert second.start_s > 2.4


def test_of_two_peaks_too_near_the_surer_stays() -> None:
    apart = PLAIN.model_copy(update={"separation_s": 1.0})
    (event,) = found((0.4, 1, 0.7), (0.3, 0, 1), (0.4, 2, 0.9), settings=apart)
    assert event.label == 2


def test_intervals_of_a_label_that_is_not_sure_are_dropped() -> None:
    sure = PLAIN.model_copy(update={"least_score": 0.8})
    (event,) = found((0.4, 1, 0.7), (0.4, 0, 1), (0.4, 2, 0.9), settings=sure)
    assert event.label == 2


def test_without_a_background_every_class_is_an_action() -> None:
    time, table = series((1, 0, 1), (1, 1, 1))
    events = find_events(time, table, None, STEP, PLAIN)
    assert [event.label for event in events] == [0, 1]


def test_smoothing_looks_to_both_sides() -> None:
    time, table = series((0.5, 0, 1), (0.5, 1, 1))
    means = smooth(time, table, 0.2)[:, 1]
    assert means.tolist() == pytest.approx([0.0] * 8 + [0.2, 0.4, 0.6, 0.8] + [1.0] * 8)


def test_an_hour_of_flicker_takes_no_longer_than_it_must() -> None:
    rng = np.random.default_rng(1)
    table = rng.dirichlet(np.ones(4), 72_000).astype(np.float32)
    begun = perf_counter()
    events = find_events(np.arange(72_000) * STEP, table, None, STEP, PLAIN)
    assert perf_counter() - begun < 10  # with a search for each piece it takes minutes
    assert len(events) > 1000
    assert all(event.end_s - event.start_s >= PLAIN.min_s - 1e-9 for event in events)


def test_nothing_gives_nothing() -> None:
    assert find_events(np.empty(0), np.empty((0, 3), np.float32), 0, STEP, PLAIN) == []
