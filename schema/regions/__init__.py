"""Divisions, the supporting city and pairings in the API."""
