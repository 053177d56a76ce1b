"""The words of what the pages share: filters, definitions, saving, lists that are turned."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "shared.label": Text("筛选", "Filters"),
    "shared.supporter": Text("支援方", "Supporter"),
    "shared.region": Text("受援地", "Region"),
    "shared.sector": Text("领域", "Sector"),
    "shared.period": Text("期间", "Period"),
    "shared.year": Text("年度", "Year"),
    "shared.from": Text("起", "From"),
    "shared.to": Text("止", "To"),
    "shared.on": Text("统计日", "As of"),
    "shared.known_on": Text("登记截至", "As known on"),
    "shared.unused": Text("本页不按{names}筛选；所选条件在其他页面仍然有效。",
                          "This page does not filter by {names}; the choice still applies to "
                          "other pages."),
    "shared.hidden": Text(
        "{places}不在您的可见范围，这里不显示其数据，不表示没有数据。",
        "{places}: outside your access. Nothing is shown here, which does not mean that there is "
        "nothing.",
    ),
    "about.label": Text("{name}的口径", "What {name} means"),
    "about.is": Text("口径", "Definition"),
    "about.numerator": Text("分子", "Numerator"),
    "about.denominator": Text("分母", "Denominator"),
    "about.dates": Text("统计规则", "Counting rule"),
    "about.version": Text("指标代码", "Code"),
    "about.as_of": Text("统计日", "As of"),
    "chart.undrawn": Text("图没有画出来：请刷新页面。数据可以下载。",
                          "The chart could not be drawn: reload the page. Its figures can be"
                          " downloaded."),
    "save.label": Text("下载", "Download"),
    "save.of": Text("下载：{what}", "Download: {what}"),
    "save.figures": Text("数据", "Figures"),
    "save.picture": Text("图片", "Picture"),
    "save.what": Text("内容", "What"),
    "save.when": Text("导出时间", "Exported at"),
    "save.who": Text("导出人", "Exported by"),
    "turn.next": Text("下一页 →", "Next →"),
    "turn.previous": Text("← 上一页", "← Previous"),
    "turn.label": Text("翻页", "Pages of the list"),
    "marks.label": Text("列表", "List"),
    "marks.of": Text("{what}：逐项列表", "{what}: its marks as a list"),
    "mark.held": Text("{stage}（{held}）", "{stage} ({held})"),
    "mark.again": Text("待重新审批", "awaiting re-approval"),
    "mark.held.is": Text("恢复后进入“{held}”阶段", "continues at “{held}” once resumed"),
    "mark.simulated": Text("模拟", "simulated"),
    "mark.simulated.why": Text("演示用的模拟数据，并非真实记录",
                               "A simulated record, not a real one"),
    "mark.document": Text("附件", "document"),
    "mark.late": Text("逾期", "late"),
}
