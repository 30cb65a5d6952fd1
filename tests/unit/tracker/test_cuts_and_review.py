"""Camera cuts told by the people, suspicious moments, and quality without labels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import Walker, film, straight, switches, times
from tracker.centroid import TrackerSettings
from tracker.poses import PoseTable
from tracker.review import TrackQuality, suspicious_moments, track_quality
from tracker.skeleton import COCO18
from tracker.tracking import follow, track
from tracker.tracks import Tracks

WHEN = times("30", 4)


def test_a_cut_ends_all_tracks_and_nothing_is_joined_over_it() -> None:
    before = [Walker(straight(200, 300, 5), hidden=((2, 99),)) for _ in range(1)]
    before.append(Walker(straight(700, 300, 5), hidden=((2, 99),)))
    after = [
        Walker(straight(450, 250, 5), height=300, hidden=((0, 2),)),
        Walker(straight(1000, 200, 5), height=300, hidden=((0, 2),)),
    ]
    table, truth = film([*before, *after], times("30", 4))
    ids, cuts = follow(table, TrackerSettings())
    assert cuts == [2.0]
    assert ids.max() == 4
    joined = track(table)
    assert len(joined.ids) == 4
    assert switches(joined, table, truth)[0] == 0


@pytest.mark.parametrize("frames", [1, 4])
@pytest.mark.parametrize("online", [False, True])
def test_a_phantom_while_everybody_is_missed_is_no_cut(frames: int, *, online: bool) -> None:
    table, _ = film([Walker(straight(100, 300, 90)), Walker(straight(900, 320, -60))], WHEN)
    phantom = next(iter(film([Walker(straight(450, 700, 0))], WHEN[:1])[0]))[2]
    rows = [(i, t, phantom if 60 <= i < 60 + frames else p) for i, t, p in table]
    broken = PoseTable.collect(COCO18, rows)
    settings = TrackerSettings(online=online)
    assert follow(broken, settings)[1] == []
    tracks = track(broken, settings)
    assert set(tracks.track_id[tracks.frame == 119].tolist()) == {1, 2}


def test_a_cut_that_lasts_is_one_though_somebody_comes_back() -> None:
    walkers = [Walker(straight(100, 300, 9)), Walker(straight(900, 320, -6))]
    table, _ = film(walkers, WHEN)
    phantom = next(iter(film([Walker(straight(450, 700, 0))], WHEN[:1])[0]))[2]
    rows = [(i, t, phantom if 60 <= i < 75 else p) for i, t, p in table]
    assert follow(PoseTable.collect(COCO18, rows), TrackerSettings())[1] == [2.0, 2.5]


def test_people_who_walk_and_leave_are_no_cut() -> None:
    walkers = [Walker(straight(200, 300, 150)), Walker(straight(700, 300, 5), hidden=((1, 2),))]
    table, _ = film(walkers, times("variable", 4))
    assert follow(table, TrackerSettings())[1] == []


def test_the_worst_moments_come_first() -> None:
    walkers = [
        Walker(straight(100, 300, 110)),
        Walker(straight(760, 310, -110)),
        Walker(straight(430, 500, 0), hidden=((0, 1), (3, 99))),
    ]
    table, _ = film(walkers, times("30", 6))
    tracks = track(table)
    moments = suspicious_moments(tracks, table.time)
    assert {moment.kind for moment in moments} == {"crossing", "birth", "death"}
    crossing = next(moment for moment in moments if moment.kind == "crossing")
    assert crossing.people == (1, 2)
    assert abs(crossing.time - 3) < 0.2
    severities = [moment.severity for moment in moments]
    assert severities == sorted(severities, reverse=True)


def test_a_jump_is_suspicious() -> None:
    table, _ = film([Walker(straight(100, 300, 10))], times("30", 2))
    tracks = track(table)
    tracks.xy[30] += 200
    jumps = [m for m in suspicious_moments(tracks, table.time) if m.kind == "jump"]
    assert [(jump.time, jump.also) for jump in jumps] == [(table.time[30], (table.time[31],))]


def test_a_pair_that_meets_twice_is_one_entry_at_the_nearer_time() -> None:
    back = [
        Walker(lambda t: np.stack([400 + 200 * np.sin(t), np.full(len(t), 300.0)], axis=1)),
        Walker(straight(400, 310, 0)),
    ]
    table, _ = film(back, times("30", 8))
    crossings = [m for m in suspicious_moments(track(table), table.time) if m.kind == "crossing"]
    assert len(crossings) == 1
    met = sorted([crossings[0].time, *crossings[0].also])
    assert np.allclose(met, [0, np.pi, 2 * np.pi], atol=0.15)


def test_quality_counts_fragments_and_what_is_missing() -> None:
    walkers = [Walker(straight(100, 300, 10)), Walker(straight(800, 600, 10))]
    walkers.append(Walker(straight(450, 450, 0), hidden=((0, 1), (2, 99))))
    table, _ = film(walkers, times("30", 6))
    quality = track_quality(track(table), table.time)
    assert (quality.births, quality.fragments, quality.missing) == (3, 1, 0)
    both = TrackQuality.together([quality, quality]).named()
    assert both["births_away_from_border"] == 2
    assert abs(both["fragments_per_minute"] - 60 / table.time[-1]) < 0.1


def test_nobody_is_not_suspicious() -> None:
    assert suspicious_moments(Tracks.empty(COCO18), np.arange(3.0)) == []
    nobody = track_quality(Tracks.empty(COCO18), PoseTable.collect(COCO18, []).time)
    assert nobody.named()["missing_share"] == 0
