"""Measure what the acts of a learner cost, beside the least that the same stack can cost."""
