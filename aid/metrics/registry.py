"""The registry of metrics: each figure a leader quotes is defined here, once, and nowhere else.

A formula or a date that counts is changed together with the metric's version. Every metric is the
state at the close of the as-of day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from aid.funds.terms import KIND_NAMES, MovementKind
from aid.metrics.terms import (
    By,
    Narrowing,
    NotMeasuredSo,
    Scope,
    Source,
    UnknownMetric,
    percent,
)
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Reaching:
    """Of the projects that reached `among`, those that reached `reached` (None: their investment).

    `dated` is the date that has to lie in the period. All are columns of `standing`.
    """

    dated: str
    among: str
    reached: str | None


@dataclass(frozen=True, slots=True)
class Moving:
    """Money that moved in the way `above`, to what moved in the way `below` (None: its amount)."""

    above: MovementKind
    below: MovementKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A ratio in percent, or an amount of money.

    `counted` is the unit of numerator and denominator; an amount's denominator is the number of
    movements that it is the sum of. `dates` says which date has to lie in the period, and what is
    known of a day in the past. `reaching` says how it is counted from projects, `moving` from
    money.
    """

    code: str
    version: int
    name: Text
    formula: Text
    numerator: Text
    denominator: Text
    dates: Text
    counted: str
    source: Source
    reaching: Reaching | None = None
    moving: Moving | None = None
    unit: str = "%"

    def value(self, numerator: Decimal, denominator: Decimal) -> Decimal | None:
        """In `unit`, to two places; None: there is nothing to count."""
        if self.unit == "%":
            return percent(numerator, denominator)
        return numerator.quantize(Decimal("0.01")) if denominator else None

    def fits(self, scope: Scope, by: By | None = None) -> bool:
        """Whether the metric knows all that the scope narrows by, and what it is divided by."""
        return (scope.narrowings <= NARROWED_BY[self.source]
                and (by is None or by in DIVIDED_BY[self.source]))


_PERIOD = frozenset({Narrowing.RECIPIENTS, Narrowing.SUPPORTER, Narrowing.SINCE, Narrowing.UNTIL})
NARROWED_BY: Mapping[Source, frozenset[Narrowing]] = MappingProxyType({
    Source.PROJECTS: frozenset(Narrowing) - {Narrowing.KNOWN},
    Source.MILESTONES: frozenset(Narrowing) - {Narrowing.KNOWN},
    Source.VILLAGES: _PERIOD | {Narrowing.DISTRICT},
    Source.POSTS: _PERIOD | {Narrowing.DISTRICT},
    Source.TARGETS: _PERIOD,
    Source.MONEY: frozenset(Narrowing),
})
_ANYHOW = frozenset({By.RECIPIENT, By.YEAR, By.SECTOR})
DIVIDED_BY: Mapping[Source, frozenset[By]] = MappingProxyType({
    Source.PROJECTS: _ANYHOW,
    Source.MILESTONES: _ANYHOW,
    Source.VILLAGES: frozenset({By.RECIPIENT, By.YEAR}),
    Source.POSTS: frozenset({By.RECIPIENT, By.YEAR}),
    Source.TARGETS: frozenset({By.RECIPIENT, By.YEAR}),
    Source.MONEY: frozenset(By),
})

_STAGES = Text(
    "截至统计日（含当日）曾进入某阶段即为达到该阶段；暂停或退回重新审批的项目按已达到的阶段计，"
    "统计日及以前已终止的不计。",
    "A stage is reached once it was entered on the as-of day or earlier; a suspended project, and"
    " one that is being approved anew, counts at what it had reached, one cancelled by then not at"
    " all.")


def _staged(zh: str, en: str) -> Text:
    return Text(f"{zh}{_STAGES.zh}", f"{en} {_STAGES.en}")


_MOVED = Text(
    "按流水的发生日期归入统计期，发生在统计日以后的不计。统计日及以前已冲正的，从原流水所在期扣除。"
    "给出“截至何日所知”的，只计当日及以前登记的流水和冲正。",
    "A movement belongs to the period of the day it happened, and does not count when that is after"
    " the as-of day. One that was reversed by then is taken off where it had been counted. As known"
    " on a day, what was recorded later is left out.")


def _money(
    code: str, zh: str, en: str, above: MovementKind, below: MovementKind | None = None
) -> Metric:
    """A metric of money: the sum of one kind of movements, by itself or to that of another."""
    of, to = KIND_NAMES[above], KIND_NAMES[below] if below else None
    sums = Text(f"{of.zh}金额之和（冲正的已扣除）",
                f"The sum of every {of.en}, reversed ones taken off")
    base = Text("所计流水的笔数", "How many movements it is the sum of") if to is None else Text(
        f"{to.zh}金额之和（冲正的已扣除）", f"The sum of every {to.en}, reversed ones taken off")
    formula = Text(f"Σ {of.zh}", f"Σ {of.en}") if to is None else Text(
        f"Σ {of.zh} ÷ Σ {to.zh}", f"Σ {of.en} ÷ Σ {to.en}")
    return Metric(
        code=code, version=1, counted="元", source=Source.MONEY, name=Text(zh, en),
        formula=formula, numerator=sums, denominator=base, dates=_MOVED,
        moving=Moving(above, below), unit="%" if below else "元")


_ALL = (
    Metric(
        code="start_rate", version=1, counted="个", source=Source.PROJECTS,
        name=Text("开工率", "Start rate"),
        formula=Text("已开工及以后阶段的项目数 ÷ 已立项及以后阶段的项目数",
                     "Projects started or beyond ÷ projects approved or beyond"),
        numerator=Text("已开工及以后阶段的项目", "Projects started or beyond"),
        denominator=Text("已立项及以后阶段的项目", "Projects approved or beyond"),
        dates=_staged("按立项日期归入统计期。", "A project belongs to the period of its approval."),
        reaching=Reaching("approved_on", "approved_on", "started_on"),
    ),
    Metric(
        code="completion_rate", version=1, counted="个", source=Source.PROJECTS,
        name=Text("完工率", "Completion rate"),
        formula=Text("期内应完工项目中已完工及以后阶段的 ÷ 期内应完工的已立项项目数",
                     "Projects due in the period that are completed or beyond ÷ projects due in the"
                     " period that are approved or beyond"),
        numerator=Text("期内应完工、已完工及以后阶段的项目",
                       "Projects due in the period, completed or beyond"),
        denominator=Text("期内应完工、已立项及以后阶段的项目",
                         "Projects due in the period, approved or beyond"),
        dates=_staged(
            "按现行计划完工日期归入统计期；未给统计期截止日的，以统计日为限。",
            "A project belongs to the period of its planned end as it is now planned; a period"
            " without a last day ends with the as-of day."),
        reaching=Reaching("planned_end", "approved_on", "completed_on"),
    ),
    Metric(
        code="acceptance_rate", version=1, counted="个", source=Source.PROJECTS,
        name=Text("验收率", "Acceptance rate"),
        formula=Text("已竣工验收及以后阶段的项目数 ÷ 已完工及以后阶段的项目数",
                     "Projects accepted or beyond ÷ projects completed or beyond"),
        numerator=Text("已竣工验收及以后阶段的项目", "Projects accepted or beyond"),
        denominator=Text("已完工及以后阶段的项目", "Projects completed or beyond"),
        dates=_staged("按完工日期归入统计期。",
                      "A project belongs to the period of its completion."),
        reaching=Reaching("completed_on", "completed_on", "accepted_on"),
    ),
    Metric(
        code="audit_rate", version=1, counted="个", source=Source.PROJECTS,
        name=Text("决算审计率", "Final audit rate"),
        formula=Text("已决算审计及以后阶段的项目数 ÷ 已竣工验收及以后阶段的项目数",
                     "Projects audited or beyond ÷ projects accepted or beyond"),
        numerator=Text("已决算审计及以后阶段的项目", "Projects audited or beyond"),
        denominator=Text("已竣工验收及以后阶段的项目", "Projects accepted or beyond"),
        dates=_staged("按验收日期归入统计期。",
                      "A project belongs to the period of its acceptance."),
        reaching=Reaching("accepted_on", "accepted_on", "audited_on"),
    ),
    Metric(
        code="investment_completion", version=1, counted="元", source=Source.PROJECTS,
        name=Text("投资完成率", "Investment completion rate"),
        formula=Text("Σ（形象进度 × 批准投资）÷ Σ 批准投资",
                     "Σ (physical progress × approved investment) ÷ Σ approved investment"),
        numerator=Text("已立项及以后阶段的项目，形象进度 × 批准投资之和",
                       "Of projects approved or beyond, the sum of physical progress × approved"
                       " investment"),
        denominator=Text("已立项及以后阶段的项目，批准投资之和",
                         "Of projects approved or beyond, the sum of approved investment"),
        dates=_staged(
            "按立项日期归入统计期。形象进度取统计日及以前报告日期最晚的一次，未报告的为零；"
            "统计日以后的概算调整不计。",
            "A project belongs to the period of its approval. Progress is the last report dated up"
            " to the as-of day, none is zero; later adjustments of the investment are left out."),
        reaching=Reaching("approved_on", "approved_on", None),
    ),
    Metric(
        code="on_time_rate", version=1, counted="个", source=Source.MILESTONES,
        name=Text("节点按期率", "On-time rate of milestones"),
        formula=Text("按计划日期（含当日）完成的节点数 ÷ 到期节点数",
                     "Milestones met on or before their planned day ÷ milestones due"),
        numerator=Text("实际日期不晚于计划日期的到期节点",
                       "Milestones due that were met on or before their planned day"),
        denominator=Text("计划日期在统计日及以前的节点，不论是否完成",
                         "Milestones planned for the as-of day or earlier, met or not"),
        dates=Text(
            "按计划日期归入统计期；改期、更正以后按改后的日期，统计日以后登记的改期和更正不计。"
            "已终止项目的节点不计，暂停项目的照计。",
            "A milestone belongs to the period of its planned day; one that was rescheduled is"
            " measured by the new day, unless the rescheduling was recorded after the as-of day;"
            " so is one whose log was corrected."
            " Milestones of cancelled projects do not count, those of suspended ones do."),
    ),
    Metric(
        code="target_attainment", version=1, counted="项", source=Source.TARGETS,
        name=Text("目标完成率", "Target attainment"),
        formula=Text("单项：实际值 ÷ 目标值。多项：各项完成率（最高按100%计）之和 ÷ 项数",
                     "Of one target: actual ÷ target. Of several: the sum of their attainments,"
                     " each capped at 100 %, ÷ their number"),
        numerator=Text("各项实际值 ÷ 目标值之和，每项最高为1",
                       "The sum of actual ÷ target, each at most 1"),
        denominator=Text("有目标值且有实际值的定量目标",
                         "Quantitative targets that have a number and an actual value"),
        dates=Text(
            "目标按到期日（未定的按规划期末）归入统计期。办公室填报的实际值优先；"
            "没有填报的，按申明的规则从规划期内、统计日及以前的记录统计。"
            "统计日以后的目标调整不计；填报的实际值没有日期，任何统计日都用。",
            "A target belongs to the period of the day it is due (unsaid: the plan's last day). An"
            " actual entered by an office counts; without one it is counted by the declared rules,"
            " from what happened in the plan's period up to the as-of day. Adjustments of the"
            " target after that day are left out; an entered actual bears no date and always"
            " counts."),
    ),
    Metric(
        code="village_progress", version=1, counted="个", source=Source.VILLAGES,
        name=Text("重点村进度", "Key-village progress"),
        formula=Text(
            "各重点村进度之和 ÷ 重点村数。村进度为六类建设内容进度按计划造价的加权平均；"
            "每类进度为各项“完成量 ÷ 计划量”（最高100%）按计划造价的加权平均；造价不全的按等权",
            "The sum of the villages' progress ÷ their number. A village's progress is the"
            " cost-weighted mean of its components, a component's the cost-weighted mean of done ÷"
            " planned quantity of its works, capped at 100 %; equal weights where costs are"
            " missing"),
        numerator=Text("各重点村进度之和（一村全部完成为1）",
                       "The sum of the villages' progress, a finished village being 1"),
        denominator=Text("已有建设计划的重点村", "Key villages that have works planned"),
        dates=Text(
            "按确定为重点村的年度归入统计期，统计日所在年度以后确定的不计。"
            "完成量取统计日及以前报告日期最晚的一次，未报告的为零；计划量和造价取现行数。",
            "A village belongs to the year of its designation, and counts from that year on. What"
            " is done is the last report dated up to the as-of day, none is zero; planned"
            " quantities and costs are those planned now."),
    ),
    Metric(
        code="cadre_fill", version=1, counted="个", source=Source.POSTS,
        name=Text("岗位到岗率", "Fill rate of agreed posts"),
        formula=Text("有人在岗的商定岗位数 ÷ 商定岗位数",
                     "Agreed posts that are filled ÷ agreed posts"),
        numerator=Text("当日至少有一人在岗的商定岗位",
                       "Posts agreed for the day with at least one person in them"),
        denominator=Text("当日有效的商定岗位", "Posts agreed for the day"),
        dates=Text(
            "是某一日的状态：取统计日，统计期在此以前结束的取期末日；分年度的取各年末（最后一年取"
            "该日），各年不相加。在岗指从任期开始至实际结束（未结束的至计划结束）之日，含首尾两日。",
            "The state of one day: the as-of day, or the period's last day if that is earlier; by"
            " year the last day of each year (of the last one, that day), and the years do not add"
            " up. A person is in a post from the first day of the term until its actual end, or"
            " planned end while it has none, both inclusive."),
    ),
)
_MONEY = (
    _money("disbursement_rate", "拨付率", "Disbursement rate",
           MovementKind.DISBURSE, MovementKind.COMMIT),
    _money("arrival_rate", "到位率", "Arrival rate", MovementKind.RECEIVE, MovementKind.DISBURSE),
    _money("payment_rate", "支付率", "Payment rate", MovementKind.PAY, MovementKind.RECEIVE),
    _money("investment_committed", "计划下达资金", "Investment committed", MovementKind.COMMIT),
    _money("investment_disbursed", "拨付资金", "Investment disbursed", MovementKind.DISBURSE),
    _money("investment_received", "到账资金", "Investment received", MovementKind.RECEIVE),
    _money("investment_paid", "支付资金", "Investment paid", MovementKind.PAY),
)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {metric.code: metric for metric in (*_ALL, *_MONEY)})


def chosen(codes: Sequence[str] | None, scope: Scope, by: By | None = None) -> list[Metric]:
    """The metrics of these codes; None: all that can be measured so, in the registry's order.

    Raises UnknownMetric, or NotMeasuredSo for one that knows nothing of what the scope narrows by.
    """
    if codes is None:
        return [metric for metric in METRICS.values() if metric.fits(scope, by)]
    return [_fitting(code, scope, by) for code in codes]


def _fitting(code: str, scope: Scope, by: By | None) -> Metric:
    metric = METRICS.get(code)
    if metric is None:
        raise UnknownMetric(code)
    unknown: list[Narrowing | By] = sorted(scope.narrowings - NARROWED_BY[metric.source])
    if by is not None and by not in DIVIDED_BY[metric.source]:
        unknown.append(by)
    if unknown:
        raise NotMeasuredSo(metric.name, unknown[0])
    return metric
