"""The words of the page that makes the yearly report."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "nav.report": Text("报告", "Report"),
    "report.title": Text("年度专项报告", "Yearly report"),
    "report.lead": Text(
        "一个年度的指标、资金、规划目标、逾期节点与待办、重点村、干部，以及已公布数据的差异；"
        "每个数附定义，与网页、接口、导出一致。每次编制都记入审计日志。",
        "Key figures, money, plan targets, late and open items, key villages, cadres and "
        "discrepancies of a year; each figure with its definition and identical on the pages, in "
        "the API and in exports. Every report is recorded in the audit log."),
    "report.year": Text("年度", "Year"),
    "report.region": Text("受援地", "Recipient"),
    "report.all": Text("全部", "All"),
    "report.own": Text("本地区", "your region"),
    "report.known_on": Text("登记截至（资金）", "Money as known on"),
    "report.known_on.hint": Text("不填：截至今天", "empty: as of today"),
    "make.pdf": Text("编制 PDF", "Make PDF"),
    "make.docx": Text("编制 DOCX", "Make DOCX"),
    "report.working": Text("正在编制：{step}", "Working: {step}"),
    "report.done": Text("已编制：{name}", "Made: {name}"),
    "report.failed": Text("编制失败，请稍候重试；仍不成功请联系管理员。",
                          "The report could not be made. Try again in a moment; if it fails "
                          "again, tell the administrator."),
}
