from __future__ import annotations

from action_data import strokes

from posetrail.config import load_config
from posetrail.recognition import load_action_model


def test_the_card_cuts_events_as_the_tennis_configuration_does() -> None:
    events = load_config("tennis").actions.events
    assert events is not None
    assert strokes.card([]).events == events
    assert load_action_model("tennis-strokes").card.events == events
