"""Bringing the office's sheets in and taking them out: projects, villages, works, progress, cadres.
"""
