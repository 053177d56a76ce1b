"""Terms along time, by post and by batch."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from dash import html

from aid.cadres.listing import BatchRow, PostTerms
from aid.cadres.queries import TermRow
from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES, ENDING_SOON_DAYS
from aid.database.paging import Place
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.timeline import Kind, Term, Track, timeline
from dashboards.format import day, short_place
from dashboards.i18n import Words, words
from dashboards.pages.chart import chart
from dashboards.parts import Node
from dashboards.reading_cadres import CadreData
from dashboards.turning import turn
from dashboards.view import View, href


def kind_of(start: date, last: date, on: date, *, ended: bool = False) -> Kind:
    """Whether a term is over, to come, to end soon, or goes on."""
    if last < on:
        return "past"
    if start > on:
        return "coming"
    return "ending" if not ended and (last - on).days <= ENDING_SOON_DAYS else "now"


def people_on(
    view: View, text: str, start: date, last: date, *, on: date, today: date
) -> str:
    """The address of those in post whom a text finds, on a day between two: `on`, or the middle.

    Empty before the first day: nobody is in post yet.
    """
    if start > today:
        return ""
    at = on if start <= on <= last else min(start + (last - start) // 2, today)
    return href(view.with_(part="people", text=text, on=view.on if at == on else at, state=None,
                           order=None, after=None, before=None))


def post_timeline(view: View, data: CadreData) -> list[Node]:
    """A page of the posts with who holds and held them."""
    w, page = words(view.locale), data.posts
    if page is None or not page.rows:
        return [html.P(w("none.cadres"), className="notice")]
    figure = timeline([_post(row, view, data) for row in page.rows], start=data.start,
                      end=data.end, on=data.on)
    rows = page.rows
    return [
        chart(view, "posts", figure, heading=w("timeline.posts"),
              label=w("timeline.posts.label", count=len(rows)), key=_legend(w),
              definition=Definition(w("timeline.posts"), w("timeline.is"), data.on)),
        turn(view, Place(rows[0].code, rows[0].id) if page.more_before else None,
             Place(rows[-1].code, rows[-1].id) if page.more_after else None),
    ]


def _legend(w: Words, *, vacant: bool = True) -> Node:
    """What the colours of bars say; the ring before a post is said where there are posts."""
    looks = {"now": "solid", "ending": "ending", "coming": "pale", "past": "past"}
    return html.P([
        *(html.Span([html.I(className=look), w(f"timeline.{kind}")])
          for kind, look in looks.items()),
        *([html.Span(w("timeline.vacant"))] if vacant else []),
    ], className="legend")


def _post(row: PostTerms, view: View, data: CadreData) -> Track:
    held = any(term.starts_on <= data.on <= term.last_day for term in row.terms)
    place = short_place(row.recipient, view.locale)
    return Track(f"{place} {row.title.to(view.locale)}",
                 [_term(term, row, view, data) for term in row.terms], vacant=not held)


def _term(term: TermRow, post: PostTerms, view: View, data: CadreData) -> Term:
    w, locale, on = words(view.locale), view.locale, data.on
    said = [
        term.cadre, f"{post.unit} {post.title.to(locale)}",
        CATEGORY_NAMES[post.category].to(locale),
        f"{day(term.starts_on, locale)} – {day(term.last_day, locale)}",
        *([w("timeline.ended", reason=term.end_reason)] if term.end_reason else []),
        *([w("mark.simulated")] if term.simulated else []),
    ]
    return Term(term.starts_on, term.last_day, term.cadre, "<br>".join(said),
                kind_of(term.starts_on, term.last_day, on, ended=term.ended_on is not None),
                people_on(view, term.cadre_code, term.starts_on, term.last_day, on=on,
                          today=data.choices.today))


def batch_timeline(view: View, data: CadreData, rows: Sequence[BatchRow]) -> list[Node]:
    """The batches from the day their first members went to the day the last one leaves."""
    w = words(view.locale)
    if not rows:
        return [html.P(w("none.cadres"), className="notice")]
    figure = timeline([_batch(row, view, data) for row in rows], start=data.start, end=data.end,
                      on=data.on)
    return [chart(view, "batches", figure, heading=w("timeline.batches"),
                  label=w("timeline.batches.label", count=len(rows)), key=_legend(w, vacant=False),
                  definition=Definition(w("timeline.batches"), w("timeline.batches.is"),
                                        data.on))]


def _batch(row: BatchRow, view: View, data: CadreData) -> Track:
    w, locale, on = words(view.locale), view.locale, data.on
    counts = w("timeline.counts", sent=row.sent, held=row.in_post)
    said = [row.name.to(locale), DIRECTION_NAMES[row.direction].to(locale), counts,
            w("timeline.months", months=row.months),
            f"{day(row.starts_on, locale)} – {day(row.last_day, locale)}"]
    kind = kind_of(row.starts_on, row.last_day, on)
    return Track(row.name.to(locale), [
        Term(row.starts_on, row.last_day, counts, "<br>".join(said), kind, people_on(
            view, row.code, row.starts_on, row.last_day, on=on, today=data.choices.today))])


def _post_sheet(view: View, data: CadreData) -> FigureSheet | None:
    if data.posts is None:
        return None
    return FigureSheet(Text("岗位任期", "Terms by post"), (
        Column(key="post", title=Text("岗位编号", "Post"), shape=Shape.CODE),
        Column(key="unit", title=Text("单位", "Unit")),
        Column(key="title", title=Text("职务", "Title")),
        Column(key="recipient", title=Text("受援地", "Recipient")),
        Column(key="cadre", title=Text("姓名", "Name")),
        Column(key="starts_on", title=Text("任期开始", "Starts"), shape=Shape.DAY),
        Column(key="planned_end", title=Text("计划结束", "Planned end"), shape=Shape.DAY),
        Column(key="ended_on", title=Text("实际结束", "Ended"), shape=Shape.DAY),
    ), [(post.code, post.unit, post.title.to(view.locale), post.recipient.to(view.locale),
         term.cadre, term.starts_on, term.planned_end, term.ended_on)
        for post in data.posts.rows for term in post.terms])


def _batch_sheet(view: View, data: CadreData) -> FigureSheet | None:
    if data.batches is None:
        return None
    return FigureSheet(Text("批次", "Batches"), (
        Column(key="code", title=Text("批次编号", "Batch"), shape=Shape.CODE),
        Column(key="name", title=Text("名称", "Name")),
        Column(key="starts_on", title=Text("派出日期", "Sent"), shape=Shape.DAY),
        Column(key="months", title=Text("任期（月）", "Months"), shape=Shape.INTEGER),
        Column(key="sent", title=Text("派出人数", "Sent (people)"), shape=Shape.INTEGER,
               total=True),
        Column(key="in_post", title=Text("在岗人数", "In post"), shape=Shape.INTEGER, total=True),
        Column(key="last_day", title=Text("最晚结束", "Last day"), shape=Shape.DAY),
    ), [(row.code, row.name.to(view.locale), row.starts_on, row.months, row.sent, row.in_post,
         row.last_day) for row in data.batches])


TIMELINE_SHEETS: Mapping[str, Any] = MappingProxyType({
    "posts": _post_sheet, "batches": _batch_sheet})
