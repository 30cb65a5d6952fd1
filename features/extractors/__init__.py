"""Feature families, one file each.

A family is a module with two functions: ``names(skeleton, samples)`` lists its features in order,
``extract(body)`` measures them: float32, shape (windows, features), NaN where a joint is missing.
It may have a third, ``in_mirror(skeleton, samples)``: which of its columns stands for each one where
windows are seen in a mirror, and with which sign; bit for bit what ``extract`` gives of them.
"""
