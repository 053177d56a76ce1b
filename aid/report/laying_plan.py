"""Laying out the chapters of the plan and of what was published. Pure."""

from decimal import Decimal

from aid.plans.queries import FigureRow
from aid.plans.terms import THEME_NAMES, Qualifier, Theme
from aid.report.blocks import Block, Column, Paragraph, Table, Tone
from aid.report.gathered import Gathered, Target
from aid.report.numbers import NOTHING, number, percent, unit_for
from aid.text import Locale, Text
from aid.units import UNITS

_QUALIFIED = {Qualifier.EXACT: Text("{}", "{}"), Qualifier.NEARLY: Text("近 {}", "nearly {}"),
              Qualifier.OVER: Text("{}余", "over {}")}


def plan_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """Targets with numbers and their attainment, then those in words."""
    plan = found.plan
    if plan is None:
        return [Paragraph(Text("本年没有规划。", "No plan is in force in the year.").to(locale))]
    counted = tuple(one for one in found.targets if one.row.target is not None)
    worded = tuple(one for one in found.targets if one.row.target is None)
    blocks: list[Block] = [Paragraph(Text(
        f"{plan.title.zh}（{plan.period_start} 至 {plan.period_end}）：目标{len(found.targets)}项，"
        f"其中定量{len(counted)}项、定性{len(worded)}项。",
        f"{plan.title.en} ({plan.period_start} to {plan.period_end}): {len(found.targets)} targets,"
        f" {len(counted)} in numbers, {len(worded)} in words.").to(locale))]
    if counted:
        blocks.append(_counted(counted, locale))
    else:
        blocks.append(Paragraph(Text(
            "规划没有给出数字的目标，因此没有完成率；办公室填报目标值以后即可统计。",
            "No target bears a number, so there is no attainment until an office enters one.")
            .to(locale), Tone.NOTE))
    if worded:
        blocks.append(_worded(worded, locale))
    return blocks


def _counted(targets: tuple[Target, ...], locale: Locale) -> Table:
    columns = (
        Column(Text("代码", "code").to(locale), 1), Column(Text("目标", "target").to(locale), 3),
        Column(Text("范围", "scope").to(locale), 1),
        Column(Text("目标值", "to reach").to(locale), 0.9, number=True),
        Column(Text("实际值", "actual").to(locale), 0.9, number=True),
        Column(Text("完成率（%）", "attained (%)").to(locale), 0.8, number=True))
    return Table(Text("定量目标", "Targets in numbers").to(locale), columns, tuple(
        (one.row.code, one.row.statement.to(locale), _scope(one, locale),
         _in(one.row.target, one.row.unit, locale),
         number(one.attained.actual if one.attained else one.row.actual),
         percent(one.attained.value if one.attained else None)) for one in targets))


def _worded(targets: tuple[Target, ...], locale: Locale) -> Table:
    columns = (Column(Text("章节", "section").to(locale), 0.8),
               Column(Text("主题", "theme").to(locale), 0.8),
               Column(Text("范围", "scope").to(locale), 1.2),
               Column(Text("目标", "target").to(locale), 5))
    return Table(Text("定性目标", "Targets in words").to(locale), columns, tuple(
        (one.row.section, THEME_NAMES[Theme(one.row.theme)].to(locale), _scope(one, locale),
         one.row.statement.to(locale)) for one in targets))


def _scope(one: Target, locale: Locale) -> str:
    return one.row.scope.to(locale) if one.row.scope else NOTHING


def _in(value: Decimal | None, unit: str | None, locale: Locale) -> str:
    named = UNITS[unit].name.to(locale) if unit in UNITS else unit or ""
    return f"{number(value)} {named}".strip()


def published_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """What was published of the place, and totals that their parts do not add up to."""
    blocks: list[Block] = []
    if found.figures:
        columns = (Column(Text("数据", "figure").to(locale), 2),
                   Column(Text("公布值", "as published").to(locale), 1.2, number=True),
                   Column(Text("期间", "period").to(locale), 1.6),
                   Column(Text("说明", "note").to(locale), 2.4))
        title = Text("本地区已公布数据", "Published of this region").to(locale)
        blocks.append(Table(title, columns, tuple(
            (one.indicator.to(locale),
             _published(one, locale),
             f"{one.period_start} – {one.period_end}", one.note.to(locale))
            for one in found.figures)))
    if found.discrepancies is None:
        return [*blocks, Paragraph(Text(
            "合计与各部分的差异涉及多个地区，不在本报告范围内。",
            "Totals that do not add up are of several regions, and not part of this report.")
            .to(locale), Tone.NOTE)]
    if not found.discrepancies:
        return [*blocks, Paragraph(Text("未发现合计与各部分不符。",
                                        "All published totals add up.").to(locale))]
    disagreeing = (Column(Text("名称", "name").to(locale), 1.6),
                   Column(Text("公布合计", "stated total").to(locale), 1, number=True),
                   Column(Text("各部分之和", "sum of parts").to(locale), 1, number=True),
                   Column(Text("差额", "difference").to(locale), 1, number=True),
                   Column(Text("说明", "explanation").to(locale), 3))
    return [*blocks, Paragraph(Text(
        "两者均予保留，未作更正。", "Both are kept; nothing was corrected.").to(locale)),
        Table(Text("合计与各部分不符", "Totals that do not add up").to(locale), disagreeing, tuple(
            (one.name.to(locale), *(_in(value, one.unit, locale) for value in (
                one.stated_total, one.sum_of_parts, one.difference)),
             one.explanation.to(locale)) for one in found.discrepancies))]


def _published(one: FigureRow, locale: Locale) -> str:
    """As it was published; English money in (million) yuan, as ten thousands are no unit there.
    """
    said = _in(one.value, one.unit, locale)
    if locale == "en" and one.amount_fen is not None:
        unit = unit_for((one.amount_fen,), locale)
        said = f"{number(Decimal(one.amount_fen) / unit.fen)} {unit.name}"
    return _QUALIFIED[Qualifier(one.qualifier)].to(locale).format(said)
