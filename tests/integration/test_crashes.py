"""Killed while it is written: nothing that was acknowledged is lost, nothing is there twice."""

from pathlib import Path

from bench.crashes import VICTIMS, crashed


def test_nothing_is_lost_whatever_is_killed(tmp_path: Path) -> None:
    """PostgreSQL, the server, both: keyed retries converge, and `aid verify` passes afterwards."""
    found = crashed(tmp_path, len(VICTIMS))
    assert (found.lost, found.twice, found.gaps) == ([], [], 0)
    assert found.movements == found.acknowledged > 10
