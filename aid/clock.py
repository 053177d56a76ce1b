"""The day where the offices are. Times themselves are UTC everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today in China."""
    return datetime.now(_CHINA).date()
