"""What is refused of works, reports and score sheets, and why. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from aid.drafts import duplicates
from aid.errors import Complaint
from aid.text import Text
from aid.units import UNITS
from aid.villages.drafts import (
    AcceptanceDraft,
    CriterionDraft,
    WorkChangeDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.terms import PASS_MARK, SHEET_POINTS


def check_work(draft: WorkDraft) -> list[Complaint]:
    """A work ends after it begins, is not measured in money, and counts whole things whole."""
    complaints = []
    if draft.planned_end < draft.planned_start:
        complaints.append(draft.complain("planned_end", draft.planned_end, Text(
            "不应早于计划开始日期", "not before its planned start")))
    unit = UNITS.get(draft.unit)
    if draft.unit == "%" or (unit is not None and unit.fen is not None):
        complaints.append(draft.complain("unit", draft.unit, Text(
            "应为实物量单位，如 亩、公里、户", "a physical unit, such as 亩, 公里, 户")))
    return complaints + _whole(draft.unit, draft.planned, draft, "planned")


def _whole(
    unit: str, quantity: Decimal, draft: WorkDraft | WorkReportDraft, field: str
) -> list[Complaint]:
    known = UNITS.get(unit)
    if known is None or not known.counted or quantity == quantity.to_integral_value():
        return []
    return [draft.complain(field, quantity, Text(
        f"以“{unit}”计的数量应为整数", f"a whole number, as it counts {known.name.en}"))]


def check_change(
    draft: WorkChangeDraft, after: WorkDraft, differing: Collection[str], *, reported: bool
) -> list[Complaint]:
    """A change changes something, and what was reported of a work stays in its unit.

    `after` is the work as it would be, `differing` the fields that would be otherwise.
    """
    complaints = check_work(after)
    if not differing:
        complaints.append(draft.complain("input", "", Text(
            "没有任何变化", "at least one value that differs from the present one")))
    if reported and "unit" in differing:
        complaints.append(draft.complain("unit", after.unit, Text(
            "已有进度填报，单位不能更改", "the unit in which progress was reported already")))
    return complaints


def check_report(
    draft: WorkReportDraft,
    *,
    unit: str,
    before: Decimal | None,
    after: Decimal | None,
    today: date,
) -> list[Complaint]:
    """What is done in all does not shrink without a note, and nothing is reported of the future.

    `before` is what was reported last by that day, `after` what was reported first after it.
    """
    complaints = _whole(unit, draft.done, draft, "done")
    if draft.reported_on > today:
        complaints.append(draft.complain("reported_on", draft.reported_on, Text(
            "不能晚于今天", "not later than today")))
    if draft.note is None and before is not None and draft.done < before:
        complaints.append(draft.complain("note", "", Text(
            f"累计量少于此前上报的 {before}，请说明原因",
            f"a note that says why it is less than the {before} reported before")))
    if draft.note is None and after is not None and draft.done > after:
        complaints.append(draft.complain("note", "", Text(
            f"累计量多于此后上报的 {after}，请说明原因",
            f"a note that says why it is more than the {after} reported for a later day")))
    return complaints


def check_scores(
    draft: AcceptanceDraft, lines: Mapping[str, Decimal], *, designated_in: int, today: date
) -> list[Complaint]:
    """A sheet is filled in when each line has points, none more than the line gives.

    `lines` are the points each line of the sheet gives at most.
    """
    if not lines:
        return [draft.complain("sheet", draft.sheet, Text(
            "没有这种评分表", "the code of a known score sheet"))]
    complaints = []
    if draft.accepted_on > today:
        complaints.append(draft.complain("accepted_on", draft.accepted_on, Text(
            "不能晚于今天", "not later than today")))
    if draft.accepted_on.year < designated_in:
        complaints.append(draft.complain("accepted_on", draft.accepted_on, Text(
            f"不早于确定为重点村的 {designated_in} 年",
            f"not before its designation in {designated_in}")))
    complaints += [
        draft.complain("points", code, Text(f"缺少 {code} 项的得分", f"points for the line {code}"))
        for code in lines if code not in draft.points]
    complaints += [
        draft.complain("points", code, Text("评分表中没有这一项", "a line of the sheet"))
        for code in draft.points if code not in lines]
    complaints += [
        draft.complain("points", f"{code}={points}", Text(
            f"{code} 项满分为 {lines[code]}", f"at most {lines[code]} for the line {code}"))
        for code, points in draft.points.items() if code in lines and points > lines[code]]
    return complaints


def passes(score: Decimal, *, mark: Decimal = PASS_MARK) -> bool:
    """Whether a score (of 100) passes."""
    return score >= mark


def check_sheets(drafts: Sequence[CriterionDraft]) -> list[Complaint]:
    """The lines of each sheet are different ones, and give 100 points together."""
    sheets: dict[str, list[CriterionDraft]] = defaultdict(list)
    for draft in drafts:
        sheets[draft.sheet].append(draft)
    complaints = []
    for sheet, lines in sheets.items():
        complaints += duplicates(lines, "code")
        total = sum((line.points for line in lines), Decimal())
        if total != SHEET_POINTS:
            complaints.append(lines[-1].complain("points", total, Text(
                f"{sheet} 各项满分合计应为 {SHEET_POINTS}",
                f"{SHEET_POINTS} points in all on the sheet {sheet}")))
    return complaints
