"""What schema/read/execution.py leans on inside other people's libraries is still there."""

import dataclasses
import inspect

from graphql.execution.executor import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import Info


def test_complete_value_takes_the_result_where_we_look_for_it() -> None:
    """complete_value(return_type, field_details_list, info, path, result, position_context)."""
    names = list(inspect.signature(Executor.complete_value).parameters)
    assert names.index("result") - names.index("return_type") - 1 == 3
    assert issubclass(StrawberryGraphQLCoreExecutionContext, Executor)


def test_strawberrys_info_carries_graphql_cores() -> None:
    """The field nodes and the path come from it."""
    assert "_raw_info" in {field.name for field in dataclasses.fields(Info)}
