"""The operations that are measured, with their variables."""

from collections.abc import Mapping
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

PROJECTS = """
query ($filter: AidProjectFilter) {
  aidProjects(first: 50, filter: $filter) {
    nodes {
      id code name stage progress approvedInvestment plannedStart plannedEnd late
      region { code name }
      milestones { stage name plannedOn metOn late }
    }
  }
}
"""

PROJECT_LIST = """
query ($filter: AidProjectFilter) {
  aidProjects(first: 20, filter: $filter) {
    nodes { code name stage progress approvedInvestment plannedEnd region { name } }
    pageInfo { endCursor hasNextPage }
  }
}
"""

PROJECT = """
query ($code: String!) {
  aidProject(code: $code) {
    id code name stage progress approvedInvestment plannedStart plannedEnd
    region { code name } sector { name } milestones { name plannedOn metOn late }
  }
}
"""

Operations = Mapping[str, tuple[str, Mapping[str, Any]]]

PLAN: Operations = {
    "nested": (NESTED, {"plan": "bench-2011-2015"}),
    "one": (ONE, {"plan": "bench-2011-2015", "code": "t-04321"}),
    "list": (LIST, {"filter": {"planCode": "bench-2011-2015", "regionCode": "540200"}}),
}

WORK: Operations = {
    "50 projects": (PROJECTS, {"filter": {"regionCode": "540200", "kinds": ["FIXED_ASSET"]}}),
    "20 projects": (PROJECT_LIST, {"filter": {"regionCode": "532600"}}),
    "one project": (PROJECT, {"code": "310000-532600-2001-0001"}),
}
"""Asked of the demonstration."""
