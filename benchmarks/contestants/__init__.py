"""Whole pipelines from a video to people with IDs, one file each; only what it needs is imported in each."""
