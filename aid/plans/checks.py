"""Everything that can be wrong with a plan's rows: references, order, quantities. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aid.drafts import duplicates
from aid.errors import Complaint
from aid.plans.drafts import FigureDraft, PlanDraft, TargetDraft
from aid.plans.rules import same_measure
from aid.plans.terms import TargetKind
from aid.text import Text
from aid.units import UNITS, money_fen

MAX_FEN = 10**17


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan's rows may refer to outside their own files, by the code they use."""

    supporters: Mapping[str, int]
    divisions: Mapping[str, int]
    indicator_units: Mapping[str, str]


def complaints(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    """Everything wrong with the references and the sense of a plan's rows."""
    head = draft.head
    if head.supporter not in known.supporters:
        yield head.complain("supporter", head.supporter, Text(
            "不是已登记的支援城市（见 supporters.csv）",
            "a registered supporting city (see supporters.csv)"))
    if head.period_end <= head.period_start:
        yield head.complain("period_end", head.period_end,
                            Text("应晚于 period_start", "after period_start"))
    for rows, key in (
        (draft.sections, "number"), (draft.indicators, "code"), (draft.groups, "code"),
        (draft.targets, "code"), (draft.figures, "code"), (draft.breakdowns, "code"),
    ):
        yield from duplicates(rows, key)
    yield from _unordered_parents(draft, "sections", "number")
    yield from _unordered_parents(draft, "targets", "code")
    yield from _unknown_references(draft, known)
    yield from _wrong_quantities(draft, known)
    yield from _wrong_breakdowns(draft)


def _unordered_parents(draft: PlanDraft, file: str, key: str) -> Iterator[Complaint]:
    seen = set(draft.unread.get(file, ()))
    rows: Sequence[Any] = getattr(draft, file)
    for row in rows:
        if row.parent is not None and row.parent not in seen:
            yield row.complain("parent", row.parent, Text(
                f"应为本文件中更靠前的一行的 {key}", f"the {key} of an earlier row of this file"))
        seen.add(getattr(row, key))


def _unknown_references(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    on = draft.head.period_start
    sections, groups = draft.keys("sections", "number"), draft.keys("groups", "code")
    indicators = known.indicator_units.keys() | draft.keys("indicators", "code")
    unknown_division = Text(
        f"{on}（规划期初）没有这个区划代码",
        f"a division code in force on {on}, the plan's first day",
    )
    for group in draft.groups:
        for code in group.members:
            if code not in known.divisions:
                yield group.complain("members", code, unknown_division)
    for row in draft.scoped():
        if row.section not in sections:
            yield row.complain("section", row.section, Text(
                "sections.csv 中没有这个编号", "a number of sections.csv"))
        if row.region is not None and row.region not in known.divisions:
            yield row.complain("region", row.region, unknown_division)
        if row.group is not None and row.group not in groups:
            yield row.complain("group", row.group, Text(
                "groups.csv 中没有这个代码", "a code of groups.csv"))
        if row.region is not None and row.group is not None:
            yield row.complain("group", row.group, Text(
                "region 与 group 只能填一个", "either a region or a group, not both"))
        if row.indicator is not None and row.indicator not in indicators:
            yield row.complain("indicator", row.indicator, Text(
                "indicators.csv 中没有这个代码", "a code of indicators.csv"))


def _wrong_quantities(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    allowed = Text("应为其中之一：" + "、".join(UNITS), "one of: " + ", ".join(UNITS))
    units = dict(known.indicator_units)
    for indicator in draft.indicators:
        units[indicator.code] = indicator.unit
        if indicator.unit not in UNITS:
            yield indicator.complain("unit", indicator.unit, allowed)
        elif indicator.money != (UNITS[indicator.unit].fen is not None):
            yield indicator.complain("money", indicator.money, Text(
                f"单位是 {indicator.unit}，应{'是' if not indicator.money else '不是'}金额",
                f"{'yes' if not indicator.money else 'no'}, as the unit is {indicator.unit}"))
        elif not same_measure(indicator.unit, shared := known.indicator_units.get(
            indicator.code, indicator.unit
        )):
            yield indicator.complain("unit", indicator.unit, Text(
                f"该指标已以 {shared} 计量，各规划共用",
                f"a unit that converts to {shared}, in which all plans measure it"))
    for row in draft.scoped():
        own = units.get(row.indicator or "")
        if row.unit is not None and row.unit not in UNITS:
            yield row.complain("unit", row.unit, allowed)
        elif row.unit and own in UNITS and not same_measure(row.unit, own or ""):
            yield row.complain("unit", row.unit, Text(
                f"指标 {row.indicator} 的单位是 {own}，两者不能换算",
                f"a unit that converts to {own}, in which {row.indicator} is measured"))
        elif isinstance(row, FigureDraft):
            yield from _wrong_figure(row)
    years = range(draft.head.period_start.year, draft.head.period_end.year + 1)
    for target in draft.targets:
        yield from _wrong_target(target)
        if outside := [year for year in target.annual if year not in years]:
            yield target.complain("annual", outside[0], Text(
                f"应为规划期内的年份（{years[0]}—{years[-1]}）",
                f"years of the plan's period, {years[0]} to {years[-1]}"))


def _wrong_target(row: TargetDraft) -> Iterator[Complaint]:
    if row.kind is TargetKind.QUANTITATIVE:
        for name in ("target", "indicator", "unit"):
            if getattr(row, name) is None:
                yield row.complain(name, "", Text(
                    "定量目标必填", "given for a quantitative target"))
    elif row.target is not None:
        yield row.complain("kind", row.kind, Text(
            "有目标值时应为 quantitative", "quantitative, as a target value is given"))


def _wrong_figure(row: FigureDraft) -> Iterator[Complaint]:
    if row.period_end < row.period_start:
        yield row.complain("period_end", row.period_end,
                           Text("不应早于 period_start", "not before period_start"))
    try:
        fen = money_fen(row.value, row.unit) or 0
    except ValueError:
        yield row.complain("value", row.value, Text("金额应为整分", "a whole number of fen"))
    else:
        if abs(fen) > MAX_FEN:
            yield row.complain("value", row.value, Text(
                "金额过大", "an amount below 10,000,000 亿元"))


def _wrong_breakdowns(draft: PlanDraft) -> Iterator[Complaint]:
    figures, known = {row.code: row for row in draft.figures}, draft.keys("figures", "code")
    for row in draft.breakdowns:
        for name, codes in (("total", [row.total]), ("parts", row.parts)):
            for code in codes:
                if code not in known:
                    yield row.complain(name, code, Text(
                        "figures.csv 中没有这个代码", "a code of figures.csv"))
                elif {row.total, code} <= figures.keys() and not _addable(
                    figures[row.total], figures[code]
                ):
                    yield row.complain(name, code, Text(
                        "单位与总数不同，不能相加",
                        "a figure in a unit that adds up to the total's"))


def _addable(one: FigureDraft, other: FigureDraft) -> bool:
    known = one.unit in UNITS and other.unit in UNITS
    return not known or same_measure(one.unit, other.unit)  # unknown units are complained of above
