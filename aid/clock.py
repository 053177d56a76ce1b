"""The day where the offices are. Times themselves are UTC everywhere."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today in China."""
    return datetime.now(_CHINA).date()


def close_of(day: date) -> datetime:
    """The moment at which a day is over in China."""
    return datetime.combine(day + timedelta(days=1), time(), _CHINA)


def on_clock(moment: datetime) -> str:
    """A moment as the offices' clocks show it, to the minute."""
    return f"{moment.astimezone(_CHINA):%Y-%m-%d %H:%M}"
