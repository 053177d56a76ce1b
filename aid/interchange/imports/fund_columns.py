"""The columns of sheets of money: instalments, movements. Data."""

from aid.funds.terms import KIND_NAMES
from aid.projects.terms import STAGE_NAMES, Stage
from aid.sheets.columns import Column, Shape
from aid.text import Text

_SOURCE = Text("来源代码或名称，如 310000-city 上海市级财政",
               "A source's code or name, such as 310000-city 上海市级财政")
_ONE = Text("里程碑、阶段、进度至多填一项；都空白的按到期日",
            "One of milestone, stage, progress at most; none: on the day it is due")
_STAGES = {stage: name for stage, name in STAGE_NAMES.items()
           if stage not in (Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED)}
TRANCHE_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE, required=True),
    Column(key="name", title=Text("资金批次", "Instalment"), required=True, note=Text(
        "同一项目、同一来源内不重名，据此识别", "Its own among those of project and source")),
    Column(key="name_en", title=Text("英文名称", "English name")),
    Column(key="source", title=Text("资金来源代码", "Source code"), required=True, note=_SOURCE),
    Column(key="amount_yuan", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN,
           required=True, note=Text("不少于已下达的", "Not below what is committed")),
    Column(key="due_on", title=Text("到期日", "Due on"), shape=Shape.DAY, note=Text(
        "另有条件的，为预计日期", "Beside a condition: the day it is expected")),
    Column(key="milestone", title=Text("里程碑", "Milestone"), note=_ONE),
    Column(key="at_stage", title=Text("阶段", "Stage"), shape=Shape.CHOICE, choices=_STAGES,
           note=_ONE),
    Column(key="after_days", title=Text("阶段后天数", "Days after the stage"),
           shape=Shape.INTEGER),
    Column(key="at_progress", title=Text("形象进度", "Progress"), shape=Shape.PERCENT, note=_ONE),
    Column(key="retention", title=Text("质量保证金", "Retention"), shape=Shape.FLAG),
    Column(key="reason", title=Text("变更原因", "Reason of the change"), note=Text(
        "更改已有批次的必填", "Needed where a known instalment is changed")),
)

_PAPER = Text("下达填文号；拨付、到账、支付、退回填凭证号；同一批次、同一类型内据此识别",
              "Of a commitment the document's number, of the others the voucher's; told by it "
              "within an instalment and a kind")
MOVEMENT_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE, required=True),
    Column(key="tranche", title=Text("批次序号", "Instalment no."), shape=Shape.INTEGER,
           note=Text("或填资金批次", "Or its name")),
    Column(key="tranche_name", title=Text("资金批次", "Instalment"), note=Text(
        "或填批次序号；几个来源有同名的，另填来源",
        "Or its number; with the source, where several have one of this name")),
    Column(key="source", title=Text("资金来源代码", "Source code"), note=_SOURCE),
    Column(key="kind", title=Text("类型", "Kind"), shape=Shape.CHOICE, choices=KIND_NAMES,
           required=True, note=Text(
               "支援方：计划下达、拨付、撤销下达；受援方：到账、支付、退回",
               "The office: commitment, disbursement, cancellation; the recipient: the others")),
    Column(key="amount_yuan", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN,
           required=True),
    Column(key="occurred_on", title=Text("发生日期", "Happened on"), shape=Shape.DAY,
           required=True),
    Column(key="voucher_no", title=Text("凭证号", "Voucher"), note=_PAPER),
    Column(key="document_no", title=Text("文号", "Document"), note=_PAPER),
    Column(key="reason", title=Text("原因", "Reason"), note=Text(
        "退回、撤销和条件未满足的拨付必填",
        "Needed for returns, cancellations, and what is sent before its condition is met")),
    Column(key="hash", title=Text("哈希", "Hash"), shape=Shape.CODE, note=Text(
        "仅导出的流水有，据此与账本核对；新登记的空白",
        "Exported movements alone have one, by which they are compared; blank for new ones")),
)
