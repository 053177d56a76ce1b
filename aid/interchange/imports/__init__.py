"""Bringing in sheets of projects, villages, works, progress and cadres, repeatably."""
