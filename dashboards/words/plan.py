"""The words of the page of the plan."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "part.label": Text("内容", "Contents"),
    "part.targets": Text("目标与任务 {count}", "Targets and tasks {count}"),
    "part.figures": Text("已公布数据 {count}", "Published figures {count}"),
    "part.disputed": Text("⚠ 不符 {count} 处", "⚠ discrepancies: {count}"),
    "filter.theme": Text("主题", "Theme"),
    "filter.region": Text("地区", "Region"),
    "filter.text": Text("关键词", "Search"),
    "filter.text.hint": Text("输入后按回车", "type, then press Enter"),
    "filter.all": Text("全部", "All"),
    "filter.nowhere": Text("未指定地区", "No region named"),
    "filter.clear": Text("清除筛选", "Clear filters"),
    "targets.count": Text("共 {total} 项", "{total} entries"),
    "targets.matching": Text("{total} 项中有 {count} 项符合", "{count} of {total} entries match"),
    "targets.count.own": Text("可见 {total} 项", "{total} entries you may see"),
    "targets.matching.own": Text(
        "可见的 {total} 项中有 {count} 项符合", "{count} of the {total} entries you may see match"
    ),
    "targets.none.own": Text(
        "您可见的条目中没有符合筛选条件的。",
        "None of the entries you may see matches these filters.",
    ),
    "targets.empty.own": Text(
        "这份规划没有您可见的目标。", "This plan has no targets that you may see."
    ),
    "targets.none": Text("没有符合筛选条件的条目。", "No entry matches these filters."),
    "targets.empty": Text("这份规划没有目标。", "This plan has no targets."),
    "targets.section": Text("{count} 项", "{count}"),
    "targets.open": Text("展开", "Open"),
    "targets.more": Text("再显示 {count} 项（还有 {left} 项）", "Show {count} more ({left} left)"),
    "targets.expand": Text("全部展开", "Expand all"),
    "targets.collapse": Text("全部收起", "Collapse all"),
    "targets.note": Text(
        "定性条目是文字承诺，没有数值；定量条目的数字可由主管部门调整，旧值和理由都保留。",
        "Qualitative entries are commitments in words. Numbers of quantitative ones may be "
        "adjusted by the office; old values and reasons are kept.",
    ),
    "col.statement": Text("目标与任务", "Target or task"),
    "col.theme": Text("主题", "Theme"),
    "col.region": Text("地区", "Region"),
    "col.kind": Text("类型", "Kind"),
    "col.baseline": Text("基期", "Baseline"),
    "col.target": Text("目标", "Target"),
    "col.actual": Text("实际", "Actual"),
    "col.adjustments": Text("调整(次)", "Adjusted (times)"),
    "col.indicator": Text("指标", "Indicator"),
    "col.value": Text("数值", "Value"),
    "col.unit": Text("单位", "Unit"),
    "col.scope": Text("范围", "Scope"),
    "col.section": Text("章节", "Section"),
    "col.period": Text("期间", "Period"),
    "col.note": Text("说明", "Note"),
    "target.due": Text("{date}前", "by {date}"),
    "figures.none": Text("这份规划没有已公布数据。", "This plan has no published figures."),
    "figures.none.own": Text(
        "这份规划没有您可见的已公布数据。", "This plan has no published figures that you may see."
    ),
    "figures.heading": Text("已公布数据", "Published figures"),
    "figures.note": Text(
        "数值照原文：保留“近”（不到）、“余”（超过）和小数位数。",
        "Values as printed, amounts in million instead of 100 million (亿) yuan; "
        "“nearly” and “over” are kept.",
    ),
    "figure.section": Text("第{section}节", "section {section}"),
    "figures.as_of": Text("截至{date}", "as of {date}"),
    "figures.exact": Text("折合 {yuan}", "that is {yuan}"),
    "figures.more": Text("再显示 {count} 项（还有 {left} 项）", "Show {count} more ({left} left)"),
    "scope.none": Text("未指定", "not stated"),
    "disputed.heading": Text(
        "有 {count} 处数据不符", "Figures that do not add up: {count}"
    ),
    "disputed.none": Text(
        "凡同时公布了分项和总数的，均一致。",
        "Wherever parts and a total were published, they agree.",
    ),
    "disputed.hidden": Text(
        "分项与总数是否相符涉及多个地区，核对结果不对您的角色显示。",
        "Whether parts and totals agree concerns several regions: the result is not shown to your "
        "role.",
    ),
    "disputed.parts": Text("分项合计", "Parts add up to"),
    "disputed.total": Text("公布总数", "Stated total"),
    "disputed.difference": Text("相差", "Difference"),
}
