"""What differs between the options of two runs."""

from __future__ import annotations

from posetrail.differences import differences


def test_keys_that_differ_are_named_with_both_values() -> None:
    earlier = {"version": "1", "pose": {"height": 368, "zoom": "off"}, "fps": None, "old": 1}
    now = {"version": "1", "pose": {"height": 720, "zoom": "off"}, "fps": 25.0}
    assert differences(earlier, now) == (
        "fps was not given, now 25.0; old was 1, now not there; pose.height was 368, now 720"
    )
    assert differences(earlier, earlier) == ""


def test_many_differences_are_counted() -> None:
    said = differences({}, dict.fromkeys("abcdefg", 1))
    assert said.startswith("a was not there, now 1; b ")
    assert said.endswith("; and 3 more")
