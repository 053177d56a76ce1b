"""Metrics in the API: the registry, and what it measures."""
