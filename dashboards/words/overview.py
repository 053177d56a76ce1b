"""The words of the overview."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "overview.title": Text("总览", "Overview"),
    "overview.lead": Text("总体进展、资金到位情况和滞后事项。",
                          "Progress overall, where the money stands, and what is behind schedule."),
    "overview.state": Text(
        "截至 {day}；与一年前的同一天、同一口径比较。",
        "As of {day}; compared with the same day a year earlier, on the same basis.",
    ),
    "overview.period": Text(
        "截至 {day}，统计期 {start} 至 {end}；与前一年的同期比较。",
        "As of {day}, period {start} to {end}; compared with the same period a year earlier.",
    ),
    "overview.known": Text(
        "登记截至只用于资金；其他指标按该日的状态。",
        "“As known on” applies to money only; all other figures show the state on that day.",
    ),
    "overview.open": Text("…", "…"),
    "overview.money": Text("资金", "Money"),
    "overview.work": Text("项目、村、干部", "Projects, villages, cadres"),
    "overview.up": Text("▲ 同比 {change}", "▲ {change} year on year"),
    "overview.down": Text("▼ 同比 {change}", "▼ {change} year on year"),
    "overview.same": Text("＝ 与上年同期持平", "＝ unchanged year on year"),
    "overview.first": Text("上年同期无数据", "no figure a year before"),
    "overview.points": Text("{change} 个百分点", "{change} points"),
    "overview.unfit": Text("不按所选条件统计", "not counted by these filters"),
    "overview.trend": Text("{name}，{first}—{last} 年逐年", "{name} by year, {first}–{last}"),
    "overview.goals": Text("规划目标完成情况", "Plan attainment"),
    "overview.goals.is": Text(
        "单项目标：实际值 ÷ 目标值。竖线为目标（100%）；条形最长画到 125%。",
        "Each target: actual ÷ target. The line marks the target (100 %); bars are cut at 125 %.",
    ),
    "overview.goals.none": Text(
        "规划中尚无同时具备目标值和实际值的目标；合作交流办补充目标值后，在此显示完成情况。",
        "No plan target has both a target value and an actual value yet. Once the office has added "
        "target values to the plan, attainment is shown here.",
    ),
    "overview.goals.unfit": Text("规划目标不按所选的支援区县、领域或县区统计。",
                                 "Targets are not broken down by district, sector or county."),
    "overview.goals.plan": Text("查看规划", "See the plan"),
    "overview.goals.more": Text("只列完成最少的 {shown} 项，共 {count} 项。",
                                "Showing the {shown} with the lowest attainment, of {count}."),
    "goal.name": Text("目标", "Target"),
    "goal.scope": Text("范围", "Scope"),
    "goal.bar": Text("完成", "Attained"),
    "goal.percent": Text("完成率", "Attainment"),
    "goal.figures": Text("实际 ÷ 目标", "Actual ÷ target"),
    "off.title": Text("落后与待办", "Off track"),
    "off.is": Text(
        "今天的状态：逾期的项目和节点、停滞的重点村、资金待办。涉及金额大的在前。",
        "As of today: late projects and milestones, stalled villages, and money matters to follow "
        "up. The largest amounts come first.",
    ),
    "off.today": Text("以下为今天（{day}）的状态，不按上面的日期。",
                      "Below: the state as of today, {day}, not as of the date above."),
    "off.none": Text("✓ 没有落后或待办的事项。", "✓ Nothing is off track."),
    "off.what": Text("事项", "Matter"),
    "off.count": Text("数量", "Number"),
    "off.amount": Text("涉及金额", "Amount"),
    "off.turn": Text("责任方", "Responsible"),
    "off.projects": Text("逾期项目", "Late projects"),
    "off.milestones": Text("逾期节点", "Late milestones"),
    "off.villages": Text("停滞重点村", "Stalled villages"),
    "off.villages.late": Text("逾期重点村", "Late villages"),
    "off.count.projects": Text("{count} 个", "{count}"),
    "off.count.milestones": Text("{count} 个，涉及 {projects} 个项目",
                                 "{count}, in {projects} projects"),
    "off.count.matters": Text("{count} 件", "{count}"),
    "off.worst": Text("逾期最久的节点", "Milestones longest overdue"),
    "off.milestone": Text("节点", "Milestone"),
    "off.project": Text("项目", "Project"),
    "off.planned": Text("计划日期", "Planned for"),
    "off.days": Text("逾期天数", "Days late"),
    "none.overview": Text("没有符合筛选条件的记录。", "No records match these filters."),
    "empty.overview": Text("还没有业务数据", "Nothing is recorded yet"),
    "how.overview": Text(
        "总览从项目、重点村、干部和资金的记录统计。先在“填报 · 导入表格”里或用命令导入：",
        "The overview is compiled from projects, villages, cadres and money. Import them first, "
        "under “Log” or on the server:",
    ),
}
