"""Checks of instalments and schedules as brought in: every mistake at once. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aid.drafts import duplicates
from aid.errors import Complaint
from aid.funds.drafts import PartDraft, ScheduleDraft, TrancheDraft
from aid.money import yuan
from aid.projects.rules import PATHS
from aid.projects.terms import ProjectKind, Stage
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Known:
    """What instalments of a project may refer to: the stages of its kind, sources, milestones.

    `names` are those of its instalments so far, with their source: the same is not planned twice.
    """

    kind: ProjectKind
    sources: Mapping[str, int]
    milestones: Collection[int]
    names: Collection[tuple[str, str]] = ()


def check_tranche(draft: TrancheDraft, known: Known) -> list[Complaint]:
    """An instalment waits for one thing that its project has, and has a source that there is."""
    complaints = _awaited(draft)
    if draft.due_on is None and not _conditions(draft):
        complaints.append(draft.complain("due_on", "", Text(
            "应有到期日，或里程碑、阶段、进度三者之一",
            "a day, or one of a milestone, a stage, a progress")))
    if draft.at_stage is not None and draft.at_stage not in PATHS[known.kind][1:]:
        complaints.append(draft.complain("at_stage", draft.at_stage.value, Text(
            "此类项目立项后没有这个阶段",
            "a stage that a project of this kind passes once approved")))
    if draft.milestone_id is not None and draft.milestone_id not in known.milestones:
        complaints.append(draft.complain("milestone_id", draft.milestone_id, Text(
            "应为本项目的里程碑", "a milestone of this project")))
    if draft.source not in known.sources:
        complaints.append(draft.complain("source", draft.source, Text(
            "支援方没有这个资金来源", "the code of one of the supporter's sources")))
    return complaints


def check_tranches(drafts: Sequence[TrancheDraft], known: Known) -> list[Complaint]:
    """Instalments to plan: at least one, each of another name or source than any before it."""
    complaints = []
    if not drafts:
        complaints.append(Complaint("", "tranches", "", Text("至少一个批次", "at least one")))
    taken = set(known.names)
    for draft in drafts:
        complaints += check_tranche(draft, known)
        if (draft.source, draft.name) in taken:
            complaints.append(draft.complain("name", draft.name, Text(
                "本项目同一来源已有同名批次",
                "a name that no other instalment of this source has in the project")))
        taken.add((draft.source, draft.name))
    return complaints


def check_change(draft: TrancheDraft, *, source: str, taken_fen: int | None) -> list[Complaint]:
    """Money that has moved keeps its source, and is never planned below what is committed.

    `taken_fen` is what is committed now, None where nothing ever moved.
    """
    if taken_fen is None:
        return []
    complaints = []
    if draft.source != source:
        complaints.append(draft.complain("source", draft.source, Text(
            f"已有流水，来源只能是 {source}", f"{source}, as money has moved already")))
    if draft.amount_fen < taken_fen:
        complaints.append(draft.complain("amount", yuan(draft.amount_fen), Text(
            f"不少于已下达的 {yuan(taken_fen)} 元",
            f"not below the {yuan(taken_fen)} yuan committed already")))
    return complaints


def _conditions(draft: TrancheDraft | PartDraft) -> list[str]:
    return [name for name in ("milestone_id", "at_stage", "at_progress")
            if getattr(draft, name, None) is not None]


def _awaited(draft: TrancheDraft | PartDraft) -> list[Complaint]:
    complaints = []
    found = _conditions(draft)
    if len(found) > 1:
        complaints.append(draft.complain(found[1], getattr(draft, found[1]), Text(
            "里程碑、阶段、进度只能填一项", "one of a milestone, a stage, a progress")))
    if draft.after_days and draft.at_stage is None:
        complaints.append(draft.complain("after_days", draft.after_days, Text(
            "天数从进入某阶段起算，应填阶段", "a stage, from which the days count")))
    return complaints


def check_schedules(
    schedules: Sequence[ScheduleDraft], parts: Sequence[PartDraft]
) -> list[Complaint]:
    """Each schedule has parts; they, or all but the retention, make 100 percent."""
    complaints = duplicates(schedules, "code")
    known: dict[str, list[PartDraft]] = defaultdict(list)
    for part in parts:
        known[part.schedule].append(part)
        complaints += _check_part(part, {schedule.code for schedule in schedules})
    for schedule in schedules:
        of_it = known[schedule.code]
        whole = sum((part.share for part in of_it), Decimal())
        without = sum((part.share for part in of_it if not part.retention), Decimal())
        if 100 not in (whole, without):
            complaints.append(schedule.complain("share", whole, Text(
                "各期合计，或除质量保证金外合计，应为 100",
                "100 in all, or in all but the retention")))
        complaints += duplicates(of_it, "name")
    return complaints


def _check_part(part: PartDraft, schedules: Collection[str]) -> list[Complaint]:
    complaints = _awaited(part)
    if not _conditions(part):
        complaints.append(part.complain("at_stage", "", Text(
            "应填阶段或进度", "a stage or a progress")))
    if part.at_stage in (Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED):
        complaints.append(part.complain("at_stage", part.at_stage.value, Text(
            "应为立项后的阶段", "a stage that follows approval")))
    if part.schedule not in schedules:
        complaints.append(part.complain("schedule", part.schedule, Text(
            "schedules.csv 中没有这个编码", "a code of schedules.csv")))
    return complaints
