"""What a workbook says of itself: what it is, of which records, when and for whom it was made."""

from collections.abc import Mapping
from datetime import UTC, datetime

from aid.clock import on_clock
from aid.interchange.exports.terms import KINDS, Filter, Kind
from aid.sheets.workbooks import About
from aid.text import Locale, Text

_NAMES: Mapping[str, Text] = {
    Filter.REGION: Text("地区", "Region"),
    Filter.SUPPORTER: Text("支援方", "Supporter"),
    Filter.SECTOR: Text("领域", "Sector"),
    Filter.FROM: Text("起始日期", "From"),
    Filter.TO: Text("截止日期", "To"),
    Filter.STAGE: Text("阶段", "Stage"),
    Filter.KIND: Text("类别", "Kind"),
    Filter.STATE: Text("逾期情况", "Lateness"),
    Filter.TEXT: Text("文字", "Text"),
    Filter.PROJECT: Text("项目", "Project"),
    Filter.SOURCE: Text("资金来源", "Source"),
    Filter.AS_KNOWN_ON: Text("截至登记日", "As known on"),
}
_WHAT = Text("内容", "What")
_WHEN = Text("导出时间", "Exported at")
_WHO = Text("导出人", "Exported by")
_PERIOD = Text("期间口径", "Of the period")


def about(kind: Kind, filters: Mapping[str, str], locale: Locale, who: str) -> About:
    """It is made now."""
    title = KINDS[kind].title.to(locale)
    lines = [(_WHAT, title), (_WHEN, on_clock(datetime.now(UTC))), (_WHO, who)]
    lines += [(name, filters[key]) for key, name in _NAMES.items() if key in filters]
    if filters.keys() & {Filter.FROM, Filter.TO}:
        lines.append((_PERIOD, KINDS[kind].period.to(locale)))
    return About(title=title, author=who, lines=[(name.to(locale), said) for name, said in lines])
