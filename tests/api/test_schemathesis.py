"""Operations that schemathesis makes of the committed schema, over real HTTP, as several roles.

Whatever is asked and sent, nothing fails inside, and nobody is shown what is not theirs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import bearer

for scalar, found in (
    ("Decimal", st.decimals() | st.decimals(0, 10**20, places=2)),
    ("Yuan", st.decimals(-10, 10**17, places=2)),
):
    schemathesis.graphql.scalar(scalar, found.map(str).map(schemathesis.graphql.nodes.String))
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
for scalar, texts in {
    "Yuan": st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,3})?", fullmatch=True),
    "Percent": st.from_regex(r"-?[0-9]{1,10}(\.[0-9]{1,3})?", fullmatch=True),
    "Upload": st.text(max_size=3),
}.items():
    schemathesis.graphql.scalar(scalar, texts.map(schemathesis.graphql.nodes.String))
OPERATIONS: dict[str, Any] = {
    operation.label: operation
    for operation in (
        found.ok()  # type: ignore[union-attr]
        for found in schemathesis.graphql.from_path(str(SDL)).get_all_operations()
    )
}
ASKERS = ("office", "recipient", "security_admin")


@pytest.fixture(scope="module")
def client(changing_server_url: str) -> Iterator[httpx.Client]:
    """One connection for all operations."""
    with httpx.Client(base_url=changing_server_url, timeout=30) as opened:
        yield opened


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_operation_fails_inside(
    client: httpx.Client, changing_server_url: str, label: str
) -> None:
    """Answers are data, or refusals that say why; never a 5xx, never an incident."""
    @settings(max_examples=12, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[label].as_strategy())
    def ask(case: Any) -> None:
        for name in ASKERS:
            answer = client.post(
                "/graphql", json={"query": case.body},
                headers=bearer(changing_server_url, name))
            assert answer.status_code < 500, (name, case.body, answer.text)
            assert "INTERNAL_ERROR" not in answer.text, (name, case.body, answer.text)

    ask()
