"""Tests mirror the rooms: unit (no I/O), integration (a real PostgreSQL), api (real HTTP),
browser (a real Chromium), architecture (imports, SDL, documents)."""
