"""Backups: one file that holds everything but the key, and the way back from it."""
