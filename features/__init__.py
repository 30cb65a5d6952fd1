"""Tracks to windows to feature vectors."""
