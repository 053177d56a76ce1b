"""Log lines: one event, its facts, and never what a function held in its hands when it failed."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from aid import logs

SECRET = "correct-horse-battery-staple"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging of the whole process, put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _fail(password: str) -> None:
    raise ValueError(f"{len(password)} characters")


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_traceback_shows_no_values(
    form: str, ours: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither our own events nor those of libraries, in neither form."""
    logs.configure("json" if form == "json" else "console")
    log = structlog.get_logger() if ours else logging.getLogger("library")
    try:
        _fail(SECRET)
    except ValueError as failure:
        log.error("request_failed", exc_info=failure)
    said = capsys.readouterr().err
    assert "request_failed" in said
    assert "28 characters" in said
    assert "_fail" in said
    assert SECRET not in said
