"""The forms of the log: what they send is the API's, and who is offered which."""

import pytest
from graphql import parse, validate

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.projects.rules import PATHS, last_approved
from aid.projects.terms import ProjectKind, Stage
from dashboards.forms import FORMS, GROUPS, STEPS, Mutation, by_group, fits, offered, often
from dashboards.i18n import words
from schema.schema import schema

SENT: dict[str, Mutation] = {
    **{name: form.mutation for name, form in FORMS.items()},
    **{f"{name}, otherwise": form.other for name, form in FORMS.items() if form.other},
    **{f"to {stage}": sent for stage, sent in STEPS.items()},
}


@pytest.mark.parametrize("name", SENT)
def test_what_a_form_sends_is_a_mutation_of_the_api(name: str) -> None:
    """With an input of its type, and nothing asked of the answer that is not there."""
    assert validate(schema._schema, parse(SENT[name].document)) == []


def test_every_stage_is_entered_by_a_form_and_every_form_has_its_words() -> None:
    """The first two stages are proposed and approved."""
    assert set(STEPS) == set(PATHS[ProjectKind.FIXED_ASSET]) - {Stage.RESERVE, Stage.APPROVED}
    for locale in ("zh", "en"):
        w = words("zh" if locale == "zh" else "en")
        for name, form in FORMS.items():
            assert w(f"form.{name}") and w(f"form.{name}.lead")
            assert all(w(f"field.of.{key}") for key, _ in form.said)


def test_who_is_offered_what() -> None:
    """An office decides and sends, a recipient confirms and reports, others record nothing."""
    office, theirs = (set(offered(Actor("x", role))) for role in (Role.OFFICE, Role.RECIPIENT))
    assert theirs == {
        "propose", "progress", "work", "document", "receive", "pay", "return", "reverse"}
    assert office == set(FORMS) - {"receive", "pay", "return", "decide"}
    for role in set(Role) - {Role.OFFICE, Role.RECIPIENT}:
        assert offered(Actor("x", role)) == ()


def test_each_page_offers_what_is_about_it() -> None:
    """Projects are proposed from their list, by both sides; people are posted from theirs."""
    office, theirs = Actor("x", Role.OFFICE), Actor("x", Role.RECIPIENT)
    assert offered(office, "projects") == offered(theirs, "projects") == ("propose",)
    assert set(offered(office, "cadres")) == {
        "register", "agree", "post", "succeed", "extend", "end"}
    assert offered(theirs, "cadres") == ()


def test_what_does_not_fit_a_projects_stage_is_not_offered() -> None:
    """Nothing of a project's life once it has ended, resuming alone while it is suspended."""
    office = Actor("x", Role.OFFICE)

    def life(stage: Stage) -> list[str]:
        return by_group(offered(office, "project", stage)).get("life", [])

    assert life(Stage.CLOSED) == life(Stage.CANCELLED) == []
    assert set(life(Stage.SUSPENDED)) == {
        "resume", "cancel", "template", "plan_milestone", "reschedule", "correct", "unlog"}
    assert "advance" in life(Stage.STARTED) and "approve" not in life(Stage.STARTED)
    assert fits("approve", Stage.RESERVE) and not fits("commit", Stage.RESERVE)
    assert list(by_group(offered(office))) == list(GROUPS)
    assert set(often(offered(office, "project"))) == {
        "milestone", "progress", "approve", "advance", "plan", "commit", "disburse"}


@pytest.mark.parametrize(("changes", "approved"), [
    ([], 110), ([(105, False), (100, False)], 100), ([(105, False), (100, True), (90, False)], 105),
    ([(100, True)], 110),
])
def test_changes_count_from_the_last_approval(
    changes: list[tuple[int, bool]], approved: int
) -> None:
    """The latest stands first; one that was to be approved anew begins a new count."""
    assert last_approved(110, changes) == approved
