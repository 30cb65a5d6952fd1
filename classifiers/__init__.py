"""Feature vectors to actions: learn, predict, judge."""
