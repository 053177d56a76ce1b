"""Tables travel as plain lists, and text in them stays text."""

import json

from dashboards.light import element, light


def test_an_element_is_a_tag_its_attributes_and_its_children() -> None:
    """Lists of children are flattened, attributes without a value are left out."""
    row = element("tr", [element("td", "1"), element("td", "2")], "3", cls="a b", data_label="x",
                  title=None)
    assert row == ["tr", {"data-label": "x", "class": "a b"},
                   [["td", {}, ["1"]], ["td", {}, ["2"]], "3"]]


def test_text_is_carried_as_text() -> None:
    """Whatever a plan file holds reaches the page as it is, in one attribute."""
    hostile = '</td><script>alert("1")</script>&amp;'
    carried = light(element("td", hostile), className="scroll").to_plotly_json()["props"]
    assert json.loads(carried["data-light"]) == ["td", {}, [hostile]]
