"""Benchmarks: ratios measured within one run, on a database of their own (`make bench`)."""
