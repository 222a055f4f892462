"""Measures of what the product costs, each a ratio or a count; none asserts a time."""
