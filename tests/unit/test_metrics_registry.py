"""The registry of metrics: complete, in both languages, each figure defined once."""

from dataclasses import fields
from datetime import date
from decimal import Decimal as D

import pytest

from aid.metrics.attainment import RULES, Attained, Happened, together
from aid.metrics.registry import METRICS, NARROWED_BY, Metric, chosen
from aid.metrics.standing import REACHED
from aid.metrics.terms import (
    By,
    Narrowing,
    NotMeasuredSo,
    Scope,
    Source,
    UnknownMetric,
    percent,
)
from aid.text import Text
from aid.units import UNITS

PROMISED = {
    "start_rate": "开工率", "completion_rate": "完工率", "acceptance_rate": "验收率",
    "audit_rate": "决算审计率", "investment_completion": "投资完成率",
    "on_time_rate": "节点按期率", "target_attainment": "目标完成率",
    "village_progress": "重点村进度", "cadre_fill": "岗位到岗率",
    "disbursement_rate": "拨付率", "arrival_rate": "到位率", "payment_rate": "支付率",
    "investment_committed": "计划下达资金", "investment_disbursed": "拨付资金",
    "investment_received": "到账资金", "investment_paid": "支付资金",
}
"""The figures as the domain names them."""


def _texts(metric: Metric) -> list[Text]:
    return [value for field in fields(metric)
            if isinstance(value := getattr(metric, field.name), Text)]


def test_every_promised_figure_is_there_under_its_name() -> None:
    """And no other."""
    assert {code: metric.name.zh for code, metric in METRICS.items()} == PROMISED


def test_no_two_metrics_share_a_code_or_a_name() -> None:
    """In neither language."""
    assert all(code == metric.code for code, metric in METRICS.items())
    for names in ({m.name.zh for m in METRICS.values()}, {m.name.en for m in METRICS.values()}):
        assert len(names) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_every_metric_is_documented_in_both_languages(metric: Metric) -> None:
    """Name, formula, numerator, denominator and the dates that count; units and version too."""
    texts = _texts(metric)
    assert len(texts) == 5
    for said in texts:
        assert said.zh.strip() and said.en.strip()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said.zh)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in said.en)
    sign = "÷" if metric.unit == "%" else "Σ"
    assert sign in metric.formula.zh and sign in metric.formula.en
    assert metric.version >= 1
    assert {metric.unit, metric.counted} <= UNITS.keys()


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_every_metric_says_how_it_is_counted(metric: Metric) -> None:
    """Those of projects by stages that projects have, those of money by how it moves; the others by
    their source alone.
    """
    assert (metric.moving is not None) == (metric.source is Source.MONEY)
    if metric.moving is not None:
        assert (metric.unit == "元") == (metric.moving.below is None)
    assert (metric.reaching is not None) == (metric.source is Source.PROJECTS)
    if metric.reaching is not None:
        ratio = metric.reaching
        assert ratio.among in REACHED
        assert ratio.reached is None or REACHED.index(ratio.reached) > REACHED.index(ratio.among) \
            or ratio.dated == "planned_end"
        assert ratio.dated in {*REACHED, "planned_end"}


def test_every_narrowing_is_a_field_of_the_scope() -> None:
    """And each source of metrics knows region, supporter and period."""
    assert {field.name for field in fields(Scope)} == {one.value for one in Narrowing}
    for known in NARROWED_BY.values():
        assert known >= {Narrowing.RECIPIENTS, Narrowing.SUPPORTER, Narrowing.SINCE,
                         Narrowing.UNTIL}


def test_a_metric_is_not_measured_by_what_it_does_not_know() -> None:
    """Asked for by name it is refused; asked for all, those that know it come."""
    by_sector = Scope(sector=1)
    with pytest.raises(NotMeasuredSo):
        chosen(["cadre_fill"], by_sector)
    with pytest.raises(NotMeasuredSo):
        chosen(["village_progress"], Scope(), By.SECTOR)
    with pytest.raises(UnknownMetric):
        chosen(["happiness"], Scope())
    assert [metric.source for metric in chosen(None, by_sector)] == [
        *[Source.PROJECTS] * 5, Source.MILESTONES, *[Source.MONEY] * 7]
    assert {metric.source for metric in chosen(None, Scope(known=date(2006, 1, 1)))} == {
        Source.MONEY}
    assert [metric.code for metric in chosen(["audit_rate", "start_rate"], Scope())] == [
        "audit_rate", "start_rate"]
    assert len(chosen(None, Scope(since=date(2006, 1, 1)))) == len(METRICS)


@pytest.mark.parametrize(("numerator", "denominator", "expected"), [
    (D(1), D(3), D("33.33")), (D(2), D(3), D("66.67")), (D(1), D(800), D("0.13")),
    (D(0), D(5), D("0.00")), (D(5), D(5), D("100.00")), (D(0), D(0), None),
])
def test_percent_has_two_places_and_nothing_is_not_zero(
    numerator: D, denominator: D, expected: D | None
) -> None:
    """Half up; without a denominator there is no value."""
    assert percent(numerator, denominator) == expected


def test_every_rule_says_what_it_counts() -> None:
    """In both languages, in units there are, each rule something else."""
    assert {rule.counts for rule in RULES.values()} == set(Happened)
    for indicator, rule in RULES.items():
        assert rule.indicator == indicator
        assert rule.units <= UNITS.keys()
        assert rule.said.zh.strip() and rule.said.en.strip()


def _target(target: str, actual: str | None) -> Attained:
    return Attained(target_id=1, plan="p", code="t", region_id=None, year=2010, target=D(target),
                    actual=None if actual is None else D(actual), rule=None)


def test_targets_together_are_capped_and_alone_they_are_not() -> None:
    """A target that cannot be measured, or is nought, is no part of the mean."""
    targets = [_target("10", "25"), _target("4", "1"), _target("7", None), _target("0", "5")]
    assert [one.value for one in targets] == [D("250.00"), D("25.00"), None, None]
    assert together(targets) == (D("1.25"), D(2))
    assert together([]) == (D(0), D(0))
