"""Laying out the chapters of what is late, of key villages and of cadres. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from aid.cadres.queries import TermRow
from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES, ENDING_SOON_DAYS
from aid.funds.matters import MATTERS, TURN_NAMES
from aid.projects.terms import STAGE_NAMES, Stage
from aid.report.blocks import Bar, Bars, Block, Column, Heading, Paragraph, Table, Tone
from aid.report.gathered import Gathered
from aid.report.numbers import entitled, headed, number, percent, unit_for
from aid.text import Locale, Text
from aid.villages.queries import VillageRow
from aid.villages.terms import STALLED_AFTER_DAYS


def work_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """Late milestones and the work queue, as of the day the report was made."""
    work, day = found.work, found.heading.made_on
    blocks: list[Block] = [Heading(Text("逾期节点", "Late milestones").to(locale), 2)]
    if work.late:
        columns = (
            Column(Text("项目", "project").to(locale), 2.4),
            Column(Text("受援地", "recipient").to(locale), 1.2),
            Column(Text("节点", "milestone").to(locale), 1.2),
            Column(Text("阶段", "stage").to(locale), 0.8),
            Column(Text("计划日期", "planned for").to(locale), 0.9),
            Column(headed(Text("逾期", "late"), Text("天", "days").to(locale), locale), 0.7,
                   number=True))
        blocks.append(Table(
            Text(f"至{day}逾期的节点，最久的在前", f"Late on {day}, the longest first").to(locale),
            columns, tuple(
                (f"{one.project_code}\n{one.project.to(locale)}", one.recipient.to(locale),
                 one.name.to(locale), STAGE_NAMES[Stage(one.stage)].to(locale),
                 one.planned_on.isoformat(), f"{-one.days:,}") for one in work.late)))
        if work.more_late:
            blocks.append(Paragraph(Text(
                f"以上为逾期最久的{len(work.late)}个，另有未列出的。",
                f"These are the {len(work.late)} longest late; there are more.").to(locale),
                Tone.NOTE))
    else:
        blocks.append(Paragraph(Text(f"至{day}没有逾期节点。",
                                     f"No milestone is late on {day}.").to(locale)))
    return [*blocks, *_queue(found, locale)]


def _queue(found: Gathered, locale: Locale) -> list[Block]:
    work, day = found.work, found.heading.made_on
    blocks: list[Block] = [
        Heading(Text("资金待办", "Open matters of money").to(locale), 2),
        Table(Text(f"待办事项数，{day}", f"Open matters, {day}").to(locale), (
            Column(Text("事项", "matter").to(locale), 2),
            Column(Text("责任方", "responsible").to(locale), 1),
            Column(Text("件数", "number").to(locale), 1, number=True)), tuple(
            (MATTERS[matter].name.to(locale), TURN_NAMES[MATTERS[matter].turn].to(locale),
             f"{count:,}") for matter, count in work.matters.items()))]
    if work.items:
        unit = unit_for([one.fen for one in work.items], locale)
        blocks.append(Table(
            Text("待办事项，最久的在前", "Open matters, the longest waiting first").to(locale), (
                Column(Text("事项", "matter").to(locale), 1),
                Column(Text("项目", "project").to(locale), 2.2),
                Column(Text("受援地", "recipient").to(locale), 1),
                Column(headed(Text("金额", "amount"), unit.name, locale), 1, number=True),
                Column(Text("起于", "since").to(locale), 0.9),
                Column(headed(Text("已", "for"), Text("天", "days").to(locale), locale), 0.6,
                       number=True),
                Column(Text("责任方", "responsible").to(locale), 0.7)), tuple(
                (MATTERS[one.matter].name.to(locale),
                 f"{one.project_code}\n{one.project.to(locale)}", one.recipient.to(locale),
                 unit(one.fen), one.since.isoformat(), f"{one.days:,}",
                 TURN_NAMES[one.turn].to(locale)) for one in work.items)))
        whole = sum(work.matters.values())
        if whole > len(work.items):
            blocks.append(Paragraph(Text(
                f"以上为最久的{len(work.items)}件，共{whole:,}件。",
                f"These are the {len(work.items)} longest of {whole:,}.").to(locale), Tone.NOTE))
    return blocks


def village_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """How far key villages are, and which are late or stalled."""
    of, day = found.villages, found.heading.as_of
    if not of.sums.villages:
        return [Paragraph(Text(f"至{day}没有重点村。", f"No key village by {day}.").to(locale))]
    sums = of.sums
    mean = percent(sums.mean)
    blocks: list[Block] = [Paragraph(Text(
        f"至{day}：重点村{sums.villages:,}个，已有建设计划{sums.planned:,}个，平均进度{mean}%，"
        f"验收合格{sums.accepted:,}个，滞后{sums.late:,}个，停滞{sums.stalled:,}个"
        f"（超过{STALLED_AFTER_DAYS}天无报告）。",
        f"On {day}: {sums.villages:,} key villages, {sums.planned:,} with works planned, mean"
        f" progress {mean} %, {sums.accepted:,} accepted, {sums.late:,} late, {sums.stalled:,}"
        f" stalled (no report for more than {STALLED_AFTER_DAYS} days).").to(locale))]
    progress = Text("重点村进度", "Key-village progress").to(locale)
    if len(of.progress) > 1:
        blocks += [
            Bars(entitled(progress, "%", locale), (progress,), tuple(
                Bar(name.to(locale), (value or Decimal(0),), (percent(value),))
                for name, _, value in of.progress)),
            Table(progress, (
                Column(Text("受援地", "recipient").to(locale), 2),
                Column(Text("重点村（个）", "villages").to(locale), 1, number=True),
                Column(Text("进度（%）", "progress (%)").to(locale), 1, number=True)), tuple(
                (name.to(locale), number(count), percent(value))
                for name, count, value in of.progress))]
    for rows, count, name in ((of.late, sums.late, Text("滞后的重点村", "Late villages")),
                              (of.stalled, sums.stalled, Text("停滞的重点村", "Stalled villages"))):
        if rows:
            blocks += _villages(rows, count, name.to(locale), locale)
    return blocks


def _villages(rows: Sequence[VillageRow], count: int, title: str, locale: Locale) -> list[Block]:
    columns = (
        Column(Text("代码", "code").to(locale), 1.1),
        Column(Text("重点村", "village").to(locale), 1.4),
        Column(Text("地方", "place").to(locale), 1.3),
        Column(Text("确定年度", "since").to(locale), 0.7),
        Column(Text("计划（%）", "planned (%)").to(locale), 0.8, number=True),
        Column(Text("完成（%）", "done (%)").to(locale), 0.8, number=True),
        Column(Text("最近报告", "last report").to(locale), 0.9))
    blocks: list[Block] = [Table(title, columns, tuple(
        (one.code, one.name.to(locale), one.region.to(locale), str(one.designated_in),
         percent(one.planned), percent(one.progress),
         one.reported_on.isoformat() if one.reported_on else "—") for one in rows))]
    if count > len(rows):
        blocks.append(Paragraph(Text(f"以上为进度最低的{len(rows)}个，共{count:,}个。",
                                     f"The {len(rows)} least done of {count:,}.").to(locale),
                                Tone.NOTE))
    return blocks


def cadre_chapter(found: Gathered, locale: Locale) -> list[Block]:
    """Posts agreed and filled, vacancies, terms that end soon."""
    of, day = found.cadres, found.heading.as_of
    sums = of.sums
    if not (sums.agreed or sums.in_post):
        return [Paragraph(Text(f"至{day}没有商定岗位。", f"No post is agreed for {day}.")
                          .to(locale))]
    blocks: list[Block] = [
        Paragraph(Text(
            f"{day}：商定岗位{sums.agreed:,}个，到岗{sums.filled:,}个，空缺{sums.vacant:,}个；"
            f"在岗{sums.in_post:,}人，{ENDING_SOON_DAYS}天内任期届满{sums.ending:,}人。",
            f"On {day}: {sums.agreed:,} posts agreed, {sums.filled:,} filled, {sums.vacant:,}"
            f" vacant; {sums.in_post:,} people in post, {sums.ending:,} whose term ends within"
            f" {ENDING_SOON_DAYS} days.").to(locale)),
        Table(Text("岗位", "Posts").to(locale), (
            Column(Text("受援地", "recipient").to(locale), 1.6),
            Column(Text("类别", "category").to(locale), 1.2),
            Column(Text("方向", "direction").to(locale), 0.7),
            Column(Text("商定（个）", "agreed").to(locale), 0.8, number=True),
            Column(Text("到岗（个）", "filled").to(locale), 0.8, number=True),
            Column(Text("空缺（个）", "vacant").to(locale), 0.8, number=True),
            Column(Text("到岗率（%）", "filled (%)").to(locale), 0.9, number=True)), tuple(
            (one.recipient.to(locale), CATEGORY_NAMES[one.category].to(locale),
             DIRECTION_NAMES[one.direction].to(locale), f"{one.agreed:,}", f"{one.filled:,}",
             f"{one.vacant:,}", percent(round(one.rate, 2))) for one in of.fills))]
    if of.vacancies:
        blocks.append(Table(
            Text("空缺岗位，最久的在前", "Vacant posts, the longest first").to(locale), (
                Column(Text("岗位", "post").to(locale), 2.5),
                Column(Text("受援地", "recipient").to(locale), 1.3),
                Column(Text("类别", "category").to(locale), 1),
                Column(Text("空缺起", "since").to(locale), 1),
                Column(Text("接任", "next from").to(locale), 1)), tuple(
                (f"{one.unit} {one.title.to(locale)}", one.recipient.to(locale),
                 CATEGORY_NAMES[one.category].to(locale), one.since.isoformat(),
                 one.next_start.isoformat() if one.next_start else "—")
                for one in of.vacancies)))
    return [*blocks, *_ending(of.ending, locale)]


def _ending(rows: Sequence[TermRow], locale: Locale) -> list[Block]:
    if not rows:
        return []
    return [Table(
        Text(f"{ENDING_SOON_DAYS}天内任期届满", f"Terms that end within {ENDING_SOON_DAYS} days")
        .to(locale), (
            Column(Text("姓名", "name").to(locale), 1),
            Column(Text("岗位", "post").to(locale), 2.5),
            Column(Text("受援地", "recipient").to(locale), 1.3),
            Column(Text("届满", "until").to(locale), 1)), tuple(
            (one.cadre, f"{one.unit} {one.title.to(locale)}", one.recipient.to(locale),
             one.planned_end.isoformat()) for one in rows))]
