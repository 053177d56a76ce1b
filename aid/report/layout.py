"""Laying a report out: from what was gathered to headings, paragraphs, tables and charts. Pure."""

from aid.funds.matters import MATTERS, TURN_NAMES
from aid.metrics.registry import METRICS, Metric
from aid.metrics.terms import Measured
from aid.report.blocks import Block, Column, Document, Heading, Paragraph, Table, Tone
from aid.report.gathered import Gathered, Summary
from aid.report.laying_money import money_chapter
from aid.report.laying_plan import plan_chapter, published_chapter
from aid.report.laying_work import cadre_chapter, village_chapter, work_chapter
from aid.report.numbers import NOTHING, headed, number, percent, unit_for
from aid.text import Locale, Text

SIMULATED = Text("本报告含模拟数据，并非真实记录，不得引用。",
                 "This report holds simulated records: none of it is real, none may be quoted.")
EMPTY = Text("数据库中没有属于本报告范围的记录，因此没有可报告的数字。",
             "The database holds no records of what this report is about: nothing to report.")
WHOLE = Text("全部受援地", "all recipients")


def lay_out(found: Gathered, locale: Locale) -> Document:
    """The report in a language."""
    at = found.heading
    place = _place(found, locale)
    title = Text(f"{at.year}年度对口支援专项报告",
                 f"Counterpart assistance: yearly report {at.year}")
    running = " · ".join((title.to(locale), place))
    return Document(
        locale, title.to(locale), place, _facts(found, locale),
        SIMULATED.to(locale) if found.simulated else "", running, tuple(_blocks(found, locale)))


def _place(found: Gathered, locale: Locale) -> str:
    at = found.heading
    if at.place is not None:
        return at.place.to(locale)
    if at.own:
        return ("、" if locale == "zh" else ", ").join(one.to(locale) for one in at.own)
    return WHOLE.to(locale)


def _facts(found: Gathered, locale: Locale) -> tuple[tuple[str, str], ...]:
    at = found.heading
    supporter = at.supporter.to(locale) if at.supporter else NOTHING
    said = (
        (Text("年度", "Year"), str(at.year)),
        (Text("受援地", "Recipient"), _place(found, locale)),
        (Text("支援方", "Supporter"), supporter),
        (Text("统计日（数字截至）", "As of"), at.as_of.isoformat()),
        (Text("所知日（记录截至）", "As known on"), at.known_on.isoformat()),
        (Text("编制日", "Made on"), at.made_on.isoformat()),
    )
    return tuple((name.to(locale), value) for name, value in said)


def _blocks(found: Gathered, locale: Locale) -> list[Block]:
    if found.empty:
        return [Paragraph(EMPTY.to(locale), Tone.WARNING)]
    chapters = (
        (Text("主要指标", "Main figures"), _summary(found, locale)),
        (Text("资金", "Money"), money_chapter(found, locale)),
        (Text("规划目标", "Targets of the plan"), plan_chapter(found, locale)),
        (Text("逾期节点与待办事项", "Late milestones and open matters"),
         work_chapter(found, locale)),
        (Text("重点村", "Key villages"), village_chapter(found, locale)),
        (Text("援派干部", "Seconded cadres"), cadre_chapter(found, locale)),
        (Text("已公布数据及差异", "Published figures and discrepancies"),
         published_chapter(found, locale)),
        (Text("附录：指标定义", "Annex: definitions"), _annex(locale)),
    )
    blocks: list[Block] = []
    for at, (name, chapter) in enumerate(chapters):
        numeral = f"{'一二三四五六七八'[at]}、" if locale == "zh" else f"{at + 1}  "
        blocks += [Heading(f"{numeral}{name.to(locale)}"), *chapter]
    return blocks


def _summary(found: Gathered, locale: Locale) -> list[Block]:
    at = found.heading
    year = Text(f"{at.year}年", str(at.year)).to(locale)
    in_all = Text(f"累计至{at.as_of}", f"up to {at.as_of}").to(locale)
    counted = Text("计算", "counted as").to(locale)
    rates = [one for one in found.summary if METRICS[one.code].unit == "%"]
    rows = tuple(_rate(one, locale) for one in rates)
    columns = (Column(Text("指标", "figure").to(locale), 1.5),
               Column(headed(Text(year, year), "%", locale), 0.8, number=True),
               Column(counted, 2.1),
               Column(headed(Text(in_all, in_all), "%", locale), 0.9, number=True),
               Column(counted, 2.2))
    return [
        Paragraph(Text(
            "每个指标的定义见附录。“本年”只计归入本年的，“累计”计统计日及以前的全部；"
            "状态类指标（重点村进度、岗位到岗率、目标完成率）只有累计。",
            "Every figure is defined in the annex. The year counts what belongs to it, the total"
            " all up to the as-of day; states of a day (villages, posts, targets) have a total"
            " only.").to(locale)),
        Table(Text("比率", "Rates").to(locale), columns, rows), *_amounts(found, locale)]


def _rate(one: Summary, locale: Locale) -> tuple[str, ...]:
    metric = METRICS[one.code]
    return (metric.name.to(locale), percent(one.year.value if one.year else None),
            _counted(metric, one.year, locale), percent(one.in_all.value if one.in_all else None),
            _counted(metric, one.in_all, locale))


def _counted(metric: Metric, one: Measured | None, locale: Locale) -> str:
    if one is None or not one.denominator:
        return NOTHING
    if metric.counted == "元":
        amounts = [int(value * 100) for value in (one.numerator, one.denominator)]
        unit = unit_for(amounts, locale)
        return f"{unit(amounts[0])} ÷ {unit(amounts[1])} {unit.name}"
    return " ÷ ".join(number(round(value, 4)) for value in (one.numerator, one.denominator))


def _amounts(found: Gathered, locale: Locale) -> list[Block]:
    """What moved, with the number of movements that it is the sum of."""
    amounts = [one for one in found.summary if METRICS[one.code].unit == "元"]
    unit = unit_for([_fen(measured) for one in amounts for measured in (one.year, one.in_all)],
                    locale)
    at, count = found.heading, Text("笔数", "movements").to(locale)
    year = Text(f"{at.year}年", str(at.year))
    in_all = Text(f"累计至{at.as_of}", f"up to {at.as_of}")
    columns = (Column(Text("资金", "money").to(locale), 1.6),
               Column(headed(year, unit.name, locale), 1.4, number=True),
               Column(count, 0.8, number=True),
               Column(headed(in_all, unit.name, locale), 1.4, number=True),
               Column(count, 0.8, number=True))
    rows = tuple(
        (METRICS[one.code].name.to(locale), *(
            said for measured in (one.year, one.in_all)
            for said in (unit(_fen(measured)), number(measured.denominator if measured else 0))))
        for one in amounts)
    return [Table(Text("资金总量", "Amounts").to(locale), columns, rows)]


def _fen(one: Measured | None) -> int:
    return int(one.numerator * 100) if one else 0


def _annex(locale: Locale) -> list[Block]:
    """Every definition of the registry, as the pages and the API give it."""
    columns = (Column(Text("指标（代码，版本）", "figure (code, version)").to(locale), 1.5),
               Column(Text("公式", "formula").to(locale), 1.8),
               Column(Text("计入哪一期", "which period it belongs to").to(locale), 3))
    rows = tuple(
        (f"{one.name.to(locale)}\n{one.code} v{one.version}", one.formula.to(locale),
         one.dates.to(locale)) for one in METRICS.values())
    matters = tuple((one.name.to(locale), TURN_NAMES[one.turn].to(locale))
                    for one in MATTERS.values())
    return [
        Paragraph(Text(
            "各数与网页、接口、导出用同一定义，金额精确到分：表头注明单位，小数位数以能精确表示为准，"
            "图上保留两位小数。"
            "“安排”是资金批次的计划金额；“在途”是已拨付、未确认到账；“结存”是已到账、未支付未退回；"
            "“逾期未拨”是条件已满足、约定日期已过而尚未拨付的部分。冲正的流水连同冲正一起不计。",
            "Every figure is defined as on the pages, in the API and in exports; amounts are exact"
            " to the fen in tables, in the unit told in the heading, and to two decimals in charts."
            " Promised is what instalments are planned"
            " for, in transit what was sent and is not confirmed, held what was received and"
            " neither paid nor returned, overdue what is due with its condition met and was not"
            " sent. A reversed movement and its reversal do not count.").to(locale)),
        Table(Text("指标", "Figures").to(locale), columns, rows),
        Table(Text("待办事项的责任方", "Whose turn a matter is").to(locale),
              (Column(Text("事项", "matter").to(locale), 2),
               Column(Text("责任方", "responsible").to(locale), 1)), matters)]
