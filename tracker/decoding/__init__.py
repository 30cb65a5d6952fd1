"""Confidence maps and part affinity fields to people."""
