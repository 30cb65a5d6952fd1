"""Feature families, one file each.

A family is a module with two functions: ``names(skeleton, samples)`` lists its features in order,
``extract(body)`` measures them: float32, shape (windows, features), NaN where a joint is missing.
"""
