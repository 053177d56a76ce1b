"""The columns of a sheet of projects (项目台账). Data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aid.projects.terms import DELIVERY_NAMES, KIND_NAMES, STAGE_NAMES, Stage
from aid.sheets.columns import Column, Shape
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Columns:
    """The keys of what a sheet says of a stage: its day, the number of its evidence, who judged."""

    on: str
    number: str | None = None
    judge: str | None = None


STAGES: Mapping[Stage, Columns] = MappingProxyType({
    Stage.APPROVED: Columns("approved_on", "approval_no"),
    Stage.TENDERED: Columns("tendered_on", "award_no"),
    Stage.STARTED: Columns("started_on", "permit_no"),
    Stage.COMPLETED: Columns("completed_on", "completion_no"),
    Stage.ACCEPTED: Columns("accepted_on", "acceptance_no", "acceptor"),
    Stage.AUDITED: Columns("audited_on", "audit_no", "auditor"),
    Stage.HANDED_OVER: Columns("handed_over_on", "handover_no"),
    Stage.EVALUATED: Columns("evaluated_on", "evaluation_no", "evaluator"),
    Stage.CLOSED: Columns("closed_on"),
})
"""Where a sheet says of each stage after the first that it was entered."""


def _day(key: str, zh: str, en: str, note: Text | None = None, *, required: bool = False) -> Column:
    return Column(key=key, title=Text(zh, en), shape=Shape.DAY, note=note, required=required)


def _text(key: str, zh: str, en: str, note: Text | None = None) -> Column:
    return Column(key=key, title=Text(zh, en), note=note)


_NUMBER = Text("空白：补录，注明“由台账导入”", "Blank: brought in without, and noted as such")
_JUDGE = Text("验收、审计、评估由谁作出；空白：补录", "Who judged; blank: brought in without")
_UNDATED = Text("空白：按上一阶段日期，并注明", "Blank: as the stage before, and noted as such")
_REACHED = Text("已到此阶段的必填", "Needed once the stage is reached")

PROJECT_COLUMNS = (
    Column(key="code", title=Text("项目编号", "Project code"), shape=Shape.CODE, note=Text(
        "空白：新项目由系统编号，已有项目按受援地和名称识别",
        "Blank: a new project gets one, a known one is told by recipient and name")),
    Column(key="name", title=Text("项目名称", "Name"), required=True),
    _text("name_en", "英文名称", "English name"),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE,
           required=True, note=Text("六位区划代码或名称，如 532600 文山壮族苗族自治州",
                                    "A division's code, or a recipient's name")),
    Column(key="region", title=Text("所在区划代码", "Region code"), shape=Shape.CODE, note=Text(
        "受援地或其下级区划；空白：受援地", "The recipient or below it; blank: the recipient")),
    _text("locality", "具体地点", "Locality"),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE,
           note=Text("空白：唯一的支援城市", "Blank: the only supporting city there is")),
    Column(key="district", title=Text("支援区县代码", "District code"), shape=Shape.CODE),
    Column(key="pairing", title=Text("结对关系", "Pairing"), shape=Shape.CODE, note=Text(
        "空白：计划开工日有效的结对", "Blank: the one in force on the planned start")),
    Column(key="plan", title=Text("五年规划", "Plan"), shape=Shape.CODE),
    Column(key="target", title=Text("规划目标", "Plan target"), shape=Shape.CODE, note=Text(
        "与五年规划同填", "Together with its plan")),
    Column(key="sector", title=Text("领域", "Sector"), shape=Shape.CODE, required=True,
           note=Text("领域代码或名称", "A sector's code or name")),
    Column(key="kind", title=Text("项目类别", "Kind"), shape=Shape.CHOICE, choices=KIND_NAMES,
           required=True),
    Column(key="delivery_mode", title=Text("实施方式", "Delivery"), shape=Shape.CHOICE,
           choices=DELIVERY_NAMES, required=True),
    Column(key="proposed_yuan", title=Text("申报投资（元）", "Proposed (yuan)"), shape=Shape.YUAN,
           note=Text("空白：同批准投资", "Blank: as approved")),
    _day("planned_start", "计划开工", "Planned start", required=True),
    _day("planned_end", "计划完工", "Planned end", required=True),
    _text("description", "说明", "Description"),
    _day("proposed_on", "申报日期", "Proposed on", Text(
        "空白：立项日期；未立项的为导入当天", "Blank: as approved; without that, today")),
    Column(key="stage", title=Text("阶段", "Stage"), shape=Shape.CHOICE, choices=STAGE_NAMES,
           note=Text("空白：储备（已有项目不变）", "Blank: in reserve (if known: as it is)")),
    Column(key="approved_yuan", title=Text("批准投资（元）", "Approved (yuan)"), shape=Shape.YUAN,
           note=Text("立项及以后必填；改动须填调整原因",
                     "Needed from approval on; a change needs its reason")),
    _day("approved_on", "立项日期", "Approved on", _REACHED),
    _text("approval_no", "立项批复文号", "Approval no.", _NUMBER),
    _day("tendered_on", "招投标日期", "Tendered on", _UNDATED),
    _text("award_no", "中标通知书编号", "Award notice no.", _NUMBER),
    _day("started_on", "开工日期", "Started on", _REACHED),
    _text("permit_no", "开工许可编号", "Start permit no.", _NUMBER),
    _day("completed_on", "完工日期", "Completed on", _REACHED),
    _text("completion_no", "完工报告编号", "Completion report no.", _NUMBER),
    _day("accepted_on", "验收日期", "Accepted on", _REACHED),
    _text("acceptance_no", "验收证书编号", "Acceptance certificate no.", _NUMBER),
    _text("acceptor", "验收单位", "Accepted by", _JUDGE),
    _day("audited_on", "审计日期", "Audited on", _REACHED),
    _text("audit_no", "审计报告编号", "Audit report no.", _NUMBER),
    _text("auditor", "审计单位", "Audited by", _JUDGE),
    Column(key="settled_yuan", title=Text("审定投资（元）", "Settled (yuan)"), shape=Shape.YUAN,
           note=Text("与审计单位同填", "Together with who audited")),
    _day("handed_over_on", "移交日期", "Handed over on", _UNDATED),
    _text("handover_no", "移交清册编号", "Handover record no.", _NUMBER),
    _day("evaluated_on", "评估日期", "Evaluated on", _UNDATED),
    _text("evaluation_no", "评估报告编号", "Evaluation report no.", _NUMBER),
    _text("evaluator", "评估单位", "Evaluated by", _JUDGE),
    _day("closed_on", "结项日期", "Closed on", _REACHED),
    _day("ended_on", "暂停或终止日期", "Suspended or cancelled on", Text(
        "阶段为暂停、终止的必填", "Needed where suspended or cancelled")),
    _text("ended_because", "暂停或终止原因", "Suspended or cancelled because", Text(
        "阶段为暂停、终止的必填", "Needed where suspended or cancelled")),
    _day("adjusted_on", "概算调整日期", "Adjusted on", Text(
        "批准投资有改动的必填", "Needed where the approved investment changes")),
    _text("adjusted_because", "概算调整原因", "Adjusted because", Text(
        "批准投资有改动的必填", "Needed where the approved investment changes")),
    _text("adjustment_no", "概算调整文号", "Adjustment document no."),
)
