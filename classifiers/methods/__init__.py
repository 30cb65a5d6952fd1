"""Classifiers, one file each.

A method is a module with ``create(settings) -> Method`` (settings may be left out) and
``from_text(text, names, classes) -> Method``; `Method` is in ``classifiers/method.py``.
"""
