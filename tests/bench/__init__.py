"""Measurements: ratios within one run, or bounds the city was promised; never part of the tests."""
