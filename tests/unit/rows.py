"""Rows as the queries return them, with the numbers that the shipped plan publishes."""

from datetime import date
from decimal import Decimal

from aid.plans.queries import DiscrepancyRow, FigureRow, RegionRow, TargetRow
from aid.text import Text
from aid.units import money_fen

RIKAZE, AKSU, WANZHOU, YILING = "540200", "652900", "500101", "420506"
YUNNAN = ("530800", "532500", "532600", "533400")
THREE_GORGES = (YILING, WANZHOU)
EVERYONE = frozenset((RIKAZE, AKSU, *YUNNAN, *THREE_GORGES))

NAMES = {
    RIKAZE: Text("日喀则市", "Shigatse (Rikaze)"),
    AKSU: Text("阿克苏地区", "Aksu Prefecture"),
    "530800": Text("普洱市", "Pu'er"),
    "532500": Text("红河哈尼族彝族自治州", "Honghe Hani and Yi Autonomous Prefecture"),
    "532600": Text("文山壮族苗族自治州", "Wenshan Zhuang and Miao Autonomous Prefecture"),
    "533400": Text("迪庆藏族自治州", "Diqing Tibetan Autonomous Prefecture"),
    YILING: Text("夷陵区", "Yiling District"),
    WANZHOU: Text("万州区", "Wanzhou District"),
}
REGIONS = tuple(
    RegionRow(code, name, at) for at, (code, name) in enumerate(sorted(NAMES.items()), 1)
)

SCOPES: dict[tuple[str, ...], Text] = {
    tuple(sorted(EVERYONE)): Text("八个对口地区", "The eight partner regions"),
    YUNNAN: Text("云南四州市", "Four prefectures of Yunnan"),
    THREE_GORGES: Text("三峡库区万州、夷陵", "Wanzhou and Yiling, Three Gorges"),
    **{(code,): name for code, name in NAMES.items()},
}

INDICATORS = {
    "grant_funds": Text("无偿援助资金", "Grant funds"),
    "aid_projects": Text("对口帮扶项目", "Aid projects"),
    "villages_built": Text("试点村、重点村", "Pilot and key villages built"),
}


def figure(
    indicator: str, value: str, unit: str, codes: tuple[str, ...], *, note: str = "",
    start: date = date(2001, 1, 1), end: date = date(2005, 12, 31), qualifier: str = "exact",
) -> FigureRow:
    """A published figure about the places of these codes."""
    number = Decimal(value)
    return FigureRow(
        code=f"{indicator}-{'-'.join(codes)}-{end.year}", section="一(一)",
        indicator_code=indicator, indicator=INDICATORS[indicator], money=unit.endswith("元"),
        scope=SCOPES.get(tuple(sorted(codes))), region_codes=tuple(sorted(codes)), value=number,
        unit=unit, amount_fen=money_fen(number, unit), qualifier=qualifier,
        period_start=start, period_end=end, as_of=None, note=Text(note, note),
    )


ALL = tuple(sorted(EVERYONE))
FIGURES = (
    figure("grant_funds", "11.27", "亿元", ALL),
    figure("aid_projects", "1490", "个", ALL),
    figure("villages_built", "884", "个", ALL),
    figure("grant_funds", "4.13", "亿元", (RIKAZE,)),
    figure("aid_projects", "259", "个", (RIKAZE,)),
    figure("grant_funds", "1.6", "亿元", (AKSU,), note="只到一位小数"),
    figure("aid_projects", "388", "个", (AKSU,)),
    figure("grant_funds", "4.29", "亿元", YUNNAN),
    figure("aid_projects", "1625", "个", YUNNAN),
    figure("grant_funds", "1.25", "亿元", THREE_GORGES),
    figure("aid_projects", "218", "个", THREE_GORGES),
)
TOO_MANY_PROJECTS = DiscrepancyRow(
    name=Text("帮扶项目按地区", "Aid projects by region"),
    total_code=FIGURES[1].code, kind="parts_exceed_total",
    stated_total=Decimal(1490), sum_of_parts=Decimal(2490), difference=Decimal(1000), unit="个",
    explanation=Text("各分项合计 2,490 个，文中总数为 1,490 个。", "2,490 against 1,490."),
)


def target(
    code: str, *, parent: str | None = None, section: str = "三(一)",
    codes: tuple[str, ...] = (), theme: str = "overall",
) -> TargetRow:
    """A commitment in words."""
    return TargetRow(
        code=code, parent=parent, section=section, section_title=Text(f"节{section}", section),
        theme=theme, kind="qualitative", statement=Text(f"承诺{code}", f"promise {code}"),
        scope=SCOPES.get(codes), region_codes=codes, indicator=None, unit=None,
        baseline=None, target=None, actual=None, due_on=None, adjustments=0, version=1,
    )
