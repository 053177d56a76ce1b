"""The operations that are measured, with their variables."""

from typing import Any

NESTED = """
query ($plan: String!) {
  plan(code: $plan) {
    code title
    targets(first: 50) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id code statement theme kind unit baseline target attainment
        section { number title }
        region { code name level }
        indicator { code name unit }
        annual { year value }
        adjustments { field oldValue newValue reason adjustedOn }
      }
    }
  }
}
"""

ONE = """
query ($plan: String!, $code: String!) {
  planTarget(planCode: $plan, code: $code) {
    id code statement kind unit target region { code name } indicator { name }
  }
}
"""

LIST = """
query ($filter: PlanTargetFilter) {
  planTargets(first: 20, filter: $filter) {
    nodes { code statement region { name } target unit } pageInfo { endCursor }
  }
}
"""

OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "nested": (NESTED, {"plan": "bench-2011-2015"}),
    "one": (ONE, {"plan": "bench-2011-2015", "code": "t-04321"}),
    "list": (LIST, {"filter": {"planCode": "bench-2011-2015", "regionCode": "540200"}}),
}
