"""Pixels to people with persistent IDs: video, pose networks, decoding, tracking, tables."""
