"""Readers of public action data that come as keypoint tables without video, one source a file."""
