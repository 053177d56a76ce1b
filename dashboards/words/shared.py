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
                          "This page is not narrowed by {names}; it stays chosen for others."),
    "shared.hidden": Text(
        "{places}不在您的可见范围，这里不显示其数据，不表示没有数据。",
        "{places}: not yours to see. Nothing is shown here, which does not mean that there is "
        "nothing.",
    ),
    "about.label": Text("{name}的口径", "What {name} means"),
    "about.is": Text("口径", "Is"),
    "about.numerator": Text("分子", "Numerator"),
    "about.denominator": Text("分母", "Denominator"),
    "about.dates": Text("统计规则", "Which count"),
    "about.version": Text("指标代码", "Code"),
    "about.as_of": Text("统计日", "As of"),
    "save.label": Text("下载", "Save"),
    "save.of": Text("下载：{what}", "Save: {what}"),
    "save.figures": Text("数据", "Figures"),
    "save.picture": Text("图片", "Picture"),
    "save.what": Text("内容", "What"),
    "save.when": Text("导出时间", "Exported at"),
    "save.who": Text("导出人", "Exported by"),
    "turn.next": Text("下一页 →", "Next →"),
    "turn.previous": Text("← 上一页", "← Previous"),
    "turn.label": Text("翻页", "Pages of the list"),
    "mark.simulated": Text("模拟", "simulated"),
    "mark.simulated.why": Text("演示用的模拟数据，并非真实记录",
                               "A simulated record, not a real one"),
    "mark.late": Text("逾期", "late"),
}
