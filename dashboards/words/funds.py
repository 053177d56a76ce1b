"""The words of the page of funds."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "funds.title": Text("资金", "Funds"),
    "funds.lead": Text("资金现状、应拨日程和待办事项。",
                       "Where the money stands, what falls due when, and what needs follow-up."),
    "funds.parts": Text("资金的内容", "Parts of the page"),
    "funds.part.flows": Text("流向与日历", "Flows and calendar"),
    "funds.part.queue": Text("待办", "Work queue"),
    "funds.part.movements": Text("流水", "Movements"),
    "funds.figure.promised": Text("计划安排", "Planned"),
    "funds.figure.promised.is": Text("资金批次的计划金额之和。",
                                     "The sum of the planned amounts of instalments."),
    "funds.figure.awaiting": Text("已下达待拨", "Committed, not disbursed"),
    "funds.figure.awaiting.is": Text("下达 − 拨付 − 撤销下达。",
                                     "Committed − disbursed − cancelled."),
    "funds.figure.in_transit": Text("在途", "In transit"),
    "funds.figure.in_transit.is": Text("拨付 − 到账。", "Disbursed − received."),
    "funds.figure.held": Text("到账未付", "Held, not paid"),
    "funds.figure.held.is": Text("到账 − 支付 − 退回。", "Received − paid − returned."),
    "funds.figure.paid": Text("已支付", "Spent"),
    "funds.figure.paid.is": Text("支付之和，冲正的已扣除。",
                                 "The sum of payments, less reversed ones."),
    "funds.figure.overdue": Text("逾期未拨", "Overdue"),
    "funds.figure.overdue.is": Text(
        "条件已满足、约定日期已过、项目可以拨款，而计划金额中尚未拨付的部分。",
        "The part of planned amounts not yet disbursed though the condition is met, the agreed day "
        "has passed and the project may receive money.",
    ),
    "funds.figure.short": Text("到账不足", "Received short"),
    "funds.figure.short.is": Text("已部分确认的拨付中未到的部分。",
                                  "The missing part of disbursements confirmed only in part."),
    "funds.tranches": Text("{count} 个批次", "{count} instalments"),
    "funds.flows": Text("资金流向：来源 → 受援地 → 领域 → 现状（{unit}）",
                        "Flows: source → region → sector → state ({unit})"),
    "funds.flows.is": Text(
        "已下达、未撤销、未退回的资金；每一层合计相同。点击受援地、领域或现状看它的项目或流水。",
        "Committed money neither cancelled nor returned; every layer adds up to the same total. "
        "Click a region, sector or state for the projects or movements behind it.",
    ),
    "funds.flows.label": Text("流向图。数字见下载的表。", "Flows. The sheet has the numbers."),
    "funds.flows.period": Text("流向为现状，不分期间；期间只用于日历和流水。",
                               "Flows show the present state; the period applies to the "
                               "calendar and the movements only."),
    "funds.flows.none": Text("没有已下达的资金。", "No money has been committed."),
    "funds.calendar": Text("应拨日历", "Instalments due by month"),
    "funds.calendar.is": Text(
        "各月应拨批次的计划金额：已拨付、逾期未拨、尚未到期。条件已满足的按到期日，未满足的按约定日期或"
        "节点的计划日期。",
        "Planned amounts of the instalments of each month: disbursed, overdue, not yet due; by the "
        "day they fell due or, until their condition is met, by the agreed day or the planned "
        "day of their milestone.",
    ),
    "funds.calendar.year": Text("跨多个年度，按年合计；选择年度可看各月。",
                                "Several years, added up by year; choose one to see its months."),
    "funds.calendar.today": Text("日历为今天的状态，不按登记截至日筛选。",
                                 "As of today, whatever was known on another day."),
    "funds.calendar.unknown": Text(
        "另有 {count} 个批次到期日未定，计划 {amount}，未拨 {open}。",
        "{count} more instalments have no due date yet: {amount} planned, {open} not disbursed.",
    ),
    "funds.calendar.none": Text("这一期间没有应拨的批次。", "Nothing is due in this period."),
    "funds.disbursed": Text("已拨付", "disbursed"),
    "funds.overdue": Text("逾期未拨", "overdue"),
    "funds.ahead": Text("尚未到期", "not yet due"),
    "funds.ages": Text("在途资金账龄", "Money in transit by age"),
    "funds.ages.is": Text("拨付以后未确认到账的资金，按拨付至今的天数。先拨付的先冲抵。",
                          "Money disbursed but not confirmed, by days since disbursement; receipts "
                          "are matched with the earliest disbursements first."),
    "funds.ages.none": Text("✓ 没有在途资金。", "✓ No money is in transit."),
    "funds.age": Text("拨付至今", "Since disbursed"),
    "funds.count": Text("拨付笔数", "Disbursements"),
    "funds.exports": Text("导出流水", "Export movements"),
    "funds.exports.kind": Text("导出（不按类型筛选）", "Export (all kinds)"),
    "funds.kind": Text("类型", "Kind"),
    "empty.funds": Text("账上还没有资金", "No money has been recorded yet"),
    "how.funds": Text(
        "先导入资金批次，再导入流水，或由支援方登记下达与拨付、受援方确认到账：",
        "Import instalments and then movements; or the office commits and disburses, and the "
        "recipient confirms:",
    ),
    "none.funds": Text("没有符合筛选条件的资金。", "No money matches these filters."),
    "moved.project": Text("项目", "Project"),
    "moved.source": Text("来源", "Source"),
    "moved.place": Text("受援地", "Region"),
    "queue.title": Text("资金待办", "Matters to follow up"),
    "queue.is": Text(
        "今天的状态，等得最久的在前。拨付超过 30 天未确认、到账超过 90 天未支付即列入。",
        "As of today, the longest outstanding first. Listed: money not confirmed more than 30 days "
        "after disbursement, or not paid more than 90 days after receipt.",
    ),
    "queue.turn": Text("责任方", "Responsible"),
    "queue.matter": Text("事项", "Matter"),
    "queue.said": Text("情况", "Details"),
    "queue.since": Text("起自", "Since"),
    "queue.days": Text("天数", "Days"),
    "queue.all": Text("全部", "All"),
    "queue.whole": Text("整个项目", "whole project"),
    "queue.first": Text("← 回到开头", "← Back to the beginning"),
    "queue.none": Text("✓ 没有待办。", "✓ Nothing needs follow-up."),
}
