"""The words of the ledger's part of the page of investment."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "invested.lead": Text(
        "计划下达、拨付、到账、支付逐笔入账；点击图中任一处，查看对应的项目。",
        "Every commitment, disbursement, receipt and payment is in the ledger; a click on any mark "
        "leads to the projects behind it.",
    ),
    "invested.parts": Text("来源", "Where from"),
    "invested.part.ledger": Text("台账", "The ledger"),
    "invested.part.published": Text("已公布数据", "Published figures"),
    "measure.label": Text("口径", "Measure"),
    "measure.committed": Text("计划下达", "Committed"),
    "measure.disbursed": Text("拨付", "Disbursed"),
    "measure.received": Text("到账", "Received"),
    "measure.paid": Text("支付", "Paid"),
    "invested.map": Text("各受援地{measure}资金（{unit}）", "{measure} by region ({unit})"),
    "invested.map.hint": Text("点击受援地看它的县区；颜色越深金额越大。",
                              "Click a region for its counties; the darker, the more."),
    "invested.regions": Text("各受援地：下达、拨付、到账、支付（{unit}）",
                             "By region ({unit})"),
    "invested.years": Text("分年度", "By year"),
    "invested.sectors": Text("分领域（{unit}）", "By sector ({unit})"),
    "invested.places": Text("{place}的县区（{unit}）", "Counties of {place} ({unit})"),
    "invested.projects": Text("{place}的项目（{unit}）", "Projects in {place} ({unit})"),
    "invested.projects.hint": Text(
        "各项目至今的全部资金，不分期间；最多列 {count} 个。",
        "All money of each project to date, whatever the period; {count} at most.",
    ),
    "invested.projects.all": Text("在项目页看全部", "All on the page of projects"),
    "invested.place": Text("地区", "Place"),
    "invested.list": Text("项目", "Projects"),
    "invested.year.hint": Text("点击某一年，只看该年。", "Click a year to see that year alone."),
    "invested.sector.hint": Text("点击某一领域，只看该领域。",
                                 "Click a sector to see that sector alone."),
    "invested.key": Text("由外到内：", "From the outside in:"),
    "invested.chart.label": Text("条形图。数字见下载的表。", "Bars. The sheet has the numbers."),
    "invested.is": Text(
        "该类流水金额之和，已冲正的扣除，按发生日期归入期间。",
        "The sum of movements of the kind, less reversed ones, by the day they happened.",
    ),
    "none.investment": Text("没有符合筛选条件的资金。", "No money matches these filters."),
    "empty.investment": Text("账上还没有资金流水", "No money has moved yet"),
    "how.investment": Text(
        "先导入资金批次和流水，或在项目页登记；以前公布的数字见“已公布数据”。",
        "Import instalments and movements, or record them; what was published earlier stands under "
        "“Published figures”.",
    ),
    "invested.published": Text("查看已公布数据", "See published figures"),
    "invested.unmapped": Text("没有流水", "nothing moved"),
    "invested.clear": Text("← 返回{place}", "← Back to {place}"),
    "invested.back.all": Text("全部受援地", "all regions"),
}
