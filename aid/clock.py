"""The day where the offices are. Times themselves are UTC everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today in China."""
    return datetime.now(_CHINA).date()


def on_clock(moment: datetime) -> str:
    """A moment as the offices' clocks show it, to the minute."""
    return f"{moment.astimezone(_CHINA):%Y-%m-%d %H:%M}"
