"""Laying out the chapter of money. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from aid.funds.commitments import Figures
from aid.metrics.terms import percent as ratio
from aid.projects.terms import STAGE_NAMES, Stage
from aid.report.blocks import Bar, Bars, Block, Column, Heading, Paragraph, Table
from aid.report.gathered import Gathered, Moved, MovedPart, StandingPart
from aid.report.numbers import Unit, entitled, headed, money, number, percent, unit_for
from aid.text import Locale, Text

KINDS = ("committed", "disbursed", "received", "paid")
NAMES = {
    "promised": Text("安排", "promised"), "committed": Text("计划下达", "committed"),
    "disbursed": Text("拨付", "disbursed"), "received": Text("到账", "received"),
    "paid": Text("支付", "paid"), "in_transit": Text("在途", "in transit"),
    "held": Text("结存", "held"), "overdue": Text("逾期未拨", "overdue"),
}
STANDING = tuple(NAMES)
"""The figures of commitments that a report shows."""
TOTAL = Text("合计", "total")
_NONE = Text("尚无资金流水。", "No money has moved.")


def money_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """What moved and where it stands: by place, sector, year, source; the largest projects."""
    at, of = found.heading, found.money
    year = Text(f"{at.year}年", str(at.year)).to(locale)
    in_all = Text(f"累计至{at.as_of}", f"up to {at.as_of}").to(locale)
    blocks: list[Block] = []
    for parts, name in ((of.recipients, Text("按受援地", "By recipient")),
                        (of.sectors, Text("按领域", "By sector"))):
        if parts:
            title = name.to(locale)
            blocks += [
                Heading(title, 2),
                Table(f"{title}，{year}" if locale == "zh" else f"{title}, {year}",
                      *_moved_table(parts, "year", locale), total=True),
                _moved_bars(parts, f"{title}，{in_all}" if locale == "zh"
                            else f"{title}, {in_all}", locale),
                Table(f"{title}，{in_all}" if locale == "zh" else f"{title}, {in_all}",
                      *_moved_table(parts, "in_all", locale), total=True)]
    blocks += _years(of.years, locale)
    if not blocks:
        blocks.append(Paragraph(_NONE.to(locale)))
    return [*blocks, *_standing(found, locale), *_sources(of.sources, locale),
            *_projects(found, locale)]


def _moved_table(
    parts: Sequence[MovedPart], which: str, locale: Locale
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    rows = [(one.name.to(locale), getattr(one, which)) for one in parts]
    rows.append((TOTAL.to(locale), _sum([moved for _, moved in rows])))
    unit = unit_for([getattr(moved, kind) for _, moved in rows for kind in KINDS], locale)
    columns = (Column(Text("名称", "name").to(locale), 1.5),
               *(Column(headed(NAMES[kind], unit.name, locale), 1, number=True) for kind in KINDS),
               *(Column(headed(name, "%", locale), 0.7, number=True) for name in _RATES))
    return columns, tuple(
        (name, *(unit(getattr(moved, kind)) for kind in KINDS), *_rates(moved))
        for name, moved in rows)


_RATES = (Text("拨付率", "disbursed"), Text("到位率", "arrived"), Text("支付率", "paid"))


def _rates(moved: Moved) -> tuple[str, ...]:
    """Disbursed ÷ committed, received ÷ disbursed, paid ÷ received: as the registry has them."""
    chain = (moved.committed, moved.disbursed, moved.received, moved.paid)
    return tuple(percent(ratio(Decimal(far), Decimal(near)))
                 for near, far in pairwise(chain))


def _sum(moved: Sequence[Moved]) -> Moved:
    return Moved(*(sum(getattr(one, kind) for one in moved) for kind in KINDS))


def _moved_bars(parts: Sequence[MovedPart], title: str, locale: Locale) -> Bars:
    return _bars(title, [(one.name.to(locale), one.in_all) for one in parts], locale)


def _bars(title: str, rows: Sequence[tuple[str, Moved]], locale: Locale) -> Bars:
    unit = unit_for([getattr(moved, kind) for _, moved in rows for kind in KINDS], locale)
    return Bars(entitled(title, unit.name, locale), tuple(
        NAMES[kind].to(locale) for kind in KINDS), tuple(
        Bar(name, tuple(Decimal(getattr(moved, kind)) for kind in KINDS),
            tuple(unit.short(getattr(moved, kind)) for kind in KINDS))
        for name, moved in rows))


def _years(years: Sequence[tuple[int, Moved]], locale: Locale) -> list[Block]:
    if not years:
        return []
    unit = unit_for([getattr(moved, kind) for _, moved in years for kind in KINDS], locale)
    columns = (Column(Text("年", "year").to(locale), 0.6), *(
        Column(headed(NAMES[kind], unit.name, locale), 1, number=True) for kind in KINDS))
    return [
        Heading(Text("历年", "By year").to(locale), 2),
        _bars(Text("历年资金", "Money by year").to(locale),
              [(str(year), moved) for year, moved in years], locale),
        Table(Text("历年资金", "Money by year").to(locale), columns, tuple(
            (str(year), *(unit(getattr(moved, kind)) for kind in KINDS))
            for year, moved in years))]


def _standing(found: Gathered, locale: Locale) -> list[Block]:
    """Where the money stands as known: promised, moved, on its way, overdue."""
    of, at = found.money, found.heading
    if not of.standing.tranche_count:
        return []
    whole = StandingPart(TOTAL, of.standing)
    rows = [*of.places, whole]
    unit = unit_for([getattr(one.figures, name) for one in rows for name in STANDING], locale)
    first = Text("受援地", "recipient") if at.place is None else Text("地方", "place")
    columns = (Column(first.to(locale), 1.4), *(
        Column(headed(NAMES[name], unit.name, locale), 1, number=True) for name in STANDING))
    title = Text(f"承诺与到位，{at.known_on}所知", f"Commitments as known on {at.known_on}")
    return [
        Heading(Text("承诺与到位", "Commitments").to(locale), 2),
        Table(title.to(locale), columns, tuple(
            (one.name.to(locale), *_standing_row(one.figures, unit)) for one in rows), total=True),
        Paragraph(Text(
            f"共{of.standing.tranche_count:,}批，其中逾期未拨{of.standing.overdue_tranches:,}批。",
            f"{of.standing.tranche_count:,} instalments, {of.standing.overdue_tranches:,} of them"
            " overdue.").to(locale))]


def _standing_row(figures: Figures, unit: Unit) -> tuple[str, ...]:
    return tuple(unit(getattr(figures, name)) for name in STANDING)


def _sources(sources: Sequence[tuple[Text, int]], locale: Locale) -> list[Block]:
    if not sources:
        return []
    title = Text("按资金来源（已下达，未撤销未退回）",
                 "By source (committed, neither cancelled nor returned)").to(locale)
    whole = sum(fen for _, fen in sources)
    unit = unit_for([whole, *(fen for _, fen in sources)], locale)
    ordered = sorted(sources, key=lambda one: -one[1])
    rows = [*ordered, (TOTAL, whole)]
    return [
        Heading(Text("按资金来源", "By source").to(locale), 2),
        Bars(entitled(title, unit.name, locale), (Text("金额", "amount").to(locale),), tuple(
            Bar(name.to(locale), (Decimal(fen),), (unit.short(fen),))
            for name, fen in ordered)),
        Table(title, (
            Column(Text("来源", "source").to(locale), 2),
            Column(headed(Text("金额", "amount"), unit.name, locale), 1, number=True),
            Column(headed(Text("占比", "share"), "%", locale), 0.7, number=True)), tuple(
            (name.to(locale), unit(fen), percent(ratio(Decimal(fen), Decimal(whole))))
            for name, fen in rows), total=True)]


def _projects(found: Gathered, locale: Locale) -> list[Block]:
    of, at = found.money, found.heading
    if not of.projects:
        return []
    names = ("disbursed", "received", "paid")
    unit = unit_for([
        *(one.project.investment_fen for one in of.projects),
        *(getattr(one.figures, name) for one in of.projects for name in names)], locale)
    columns = (
        Column(Text("项目", "project").to(locale), 2.2),
        Column(Text("地方", "place").to(locale), 0.9),
        Column(Text("阶段", "stage").to(locale), 0.8),
        Column(headed(Text("进度", "progress"), "%", locale), 0.7, number=True),
        Column(headed(Text("投资", "investment"), unit.name, locale), 1, number=True),
        *(Column(headed(NAMES[name], unit.name, locale), 1, number=True) for name in names))
    rows = tuple(
        (f"{one.project.code}\n{one.project.name.to(locale)}", one.project.region.to(locale),
         STAGE_NAMES[Stage(one.project.stage)].to(locale), number(one.project.progress),
         unit(one.project.investment_fen),
         *(unit(getattr(one.figures, name)) for name in names)) for one in of.projects)
    counted = of.counted
    return [
        Heading(Text("项目", "Projects").to(locale), 2),
        Paragraph(Text(
            f"计划开工日期在{at.year}年底以前的项目共{counted.projects:,}个，批准投资"
            f"{money(counted.approved_fen, locale)}，其中逾期未完工{counted.late:,}个"
            f"（{at.made_on}）。",
            f"{counted.projects:,} projects were planned to begin by the end of {at.year}, with an"
            f" approved investment of {money(counted.approved_fen, locale)}; {counted.late:,} of"
            f" them are late ({at.made_on}).").to(locale)),
        Table(Text(f"{at.year}年在建的最大项目", f"The largest projects under way in {at.year}")
              .to(locale), columns, rows)]
