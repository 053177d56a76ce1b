"""The words of the overview."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "overview.title": Text("总览", "Overview"),
    "overview.lead": Text("总体进展、资金到位情况和滞后事项。",
                          "Where things stand, where the money is, what is behind."),
    "overview.state": Text(
        "截至 {day}；与一年前的同一天、同一口径比较。",
        "As of {day}; compared with the same day a year before, counted the same way.",
    ),
    "overview.period": Text(
        "截至 {day}，统计期 {start} 至 {end}；与前一年的同期比较。",
        "As of {day}, period {start} to {end}; compared with the same period a year before.",
    ),
    "overview.known": Text(
        "登记截至只用于资金；其他指标按该日的状态。",
        "“As known on” narrows money only; all else is the state of that day.",
    ),
    "overview.open": Text("…", "…"),
    "overview.money": Text("资金", "Money"),
    "overview.work": Text("项目、村、干部", "Projects, villages, cadres"),
    "overview.up": Text("▲ 较上年 {change}", "▲ {change} on a year before"),
    "overview.down": Text("▼ 较上年 {change}", "▼ {change} on a year before"),
    "overview.same": Text("＝ 与上年相同", "＝ as a year before"),
    "overview.first": Text("上年无数据", "nothing a year before"),
    "overview.points": Text("{change} 个百分点", "{change} points"),
    "overview.unfit": Text("不按所选条件统计", "not counted by these filters"),
    "overview.trend": Text("{name}，{first}—{last} 年逐年", "{name} by year, {first}–{last}"),
    "overview.goals": Text("规划目标完成情况", "Plan attainment"),
    "overview.goals.is": Text(
        "单项目标：实际值 ÷ 目标值。竖线为目标（100%）；条形最长画到 125%。",
        "Of each target: actual ÷ target. The stroke is the target (100 %); bars end at 125 %.",
    ),
    "overview.goals.none": Text(
        "规划中还没有既有目标值、又有实际值的目标。办公室在规划里补充目标值以后，这里显示完成情况。",
        "No target of the plan has both a number and an actual yet. Once an office adds them, how "
        "far they are is shown here.",
    ),
    "overview.goals.unfit": Text("规划目标不按所选的支援区县、领域或县区统计。",
                                 "Targets are not counted by district, sector or county."),
    "overview.goals.plan": Text("查看规划", "See the plan"),
    "overview.goals.more": Text("只列完成最少的 {shown} 项，共 {count} 项。",
                                "The {shown} least attained of {count}."),
    "goal.name": Text("目标", "Target"),
    "goal.scope": Text("范围", "Scope"),
    "goal.bar": Text("完成", "Attained"),
    "goal.percent": Text("完成率", "Attainment"),
    "goal.figures": Text("实际 ÷ 目标", "Actual ÷ target"),
    "off.title": Text("落后与待办", "Off track"),
    "off.is": Text(
        "今天的状态：逾期的项目和节点、停滞的重点村、资金待办。涉及金额大的在前。",
        "As of today: late projects and milestones, stalled villages, what of money is to be "
        "looked into. The largest amounts come first.",
    ),
    "off.today": Text("以下为今天（{day}）的状态，不按上面的日期。",
                      "What follows is the state of today, {day}, not of the day above."),
    "off.none": Text("✓ 没有落后或待办的事项。", "✓ Nothing is off track."),
    "off.what": Text("事项", "What"),
    "off.count": Text("数量", "How many"),
    "off.amount": Text("涉及金额", "Amount"),
    "off.turn": Text("责任方", "Whose turn"),
    "off.projects": Text("逾期项目", "Late projects"),
    "off.milestones": Text("逾期节点", "Late milestones"),
    "off.villages": Text("停滞重点村", "Stalled villages"),
    "off.villages.late": Text("逾期重点村", "Late villages"),
    "off.count.projects": Text("{count} 个", "{count}"),
    "off.count.milestones": Text("{count} 个，涉及 {projects} 个项目",
                                 "{count}, of {projects} projects"),
    "off.count.matters": Text("{count} 件", "{count}"),
    "off.worst": Text("逾期最久的节点", "Milestones late the longest"),
    "off.milestone": Text("节点", "Milestone"),
    "off.project": Text("项目", "Project"),
    "off.planned": Text("计划日期", "Planned for"),
    "off.days": Text("逾期天数", "Days late"),
    "overview.none": Text("所选条件下没有记录。", "Nothing is recorded for these filters."),
    "overview.empty": Text("还没有业务数据", "Nothing is recorded yet"),
    "overview.empty.how": Text(
        "总览从项目、重点村、干部和资金的记录统计。先在“填报 · 导入表格”里或用命令导入：",
        "The overview is counted from projects, villages, cadres and money. Import them first, "
        "under “Log” or on the server:",
    ),
}
