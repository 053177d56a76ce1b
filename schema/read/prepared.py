"""Documents prepared once: parsed, validated and planned, kept by their text.

Keyed by text and operation name, as hashing a syntax tree on every request costs more than the read
itself. Bounded, so that clients who send endless different documents cost only themselves. A
document is weighed before it is validated, as validation is not quick with everything.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    get_operation_ast,
    parse,
    validate,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import NamedTypeNode, NonNullTypeNode, VariableNode
from graphql.validation.rules import overlapping_fields_can_be_merged as merging
from sqlalchemy import Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import asyncpg

from aid.access.actor import Actor
from schema.read.allowed import Fields, Selection
from schema.read.arguments import Parameter, Parameters, shape, slotted
from schema.read.compiler import Compiler, Details, Source
from schema.read.cost import TooCostly, weigh
from schema.read.definitions import NotCompilable
from schema.read.json import Sql
from schema.read.needs import Need, Needs

MAX_DOCUMENTS = 1000
COMMON = 512  # characters of a common document: one that is longer counts for several
MAX_KEPT = 16 * 1024  # characters; longer documents are prepared anew each time
MAX_VARIANTS = 64
MAX_TOKENS = 2000
MAX_ERRORS = 20
MAX_SIZES = 256
merging.MAX_COMPLEXITY_BUDGET = 20_000
"""Comparisons of fields that share a response key: hardly any in an honest document, and 500,000,
which is the library's own limit, take half a second."""
CLAIMS = ("aid.actor", "aid.role", "aid.recipients")
"""What a compiled read binds of its actor, in this order."""

_DECLARED = re.compile(r"\bAS ([a-z_]*\d+)\b")

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """A cache that forgets what was least recently used, once all of it weighs more than `size`."""

    def __init__(self, size: int, weight: Callable[[Key], int] = lambda _: 1) -> None:
        self._size, self._weight, self._kept = size, weight, OrderedDict[Key, Value]()
        self._weighs = 0

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is kept under the key, made now if need be."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = self._kept[key] = make()
        self._weighs += self._weight(key)
        while self._weighs > self._size:
            self._weighs -= self._weight(self._kept.popitem(last=False)[0])
        return made


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled read: its SQL and where each of its values comes from. Claims come last."""

    sql: str
    parameters: Sequence[Parameter]

    def values(self, variables: Mapping[str, Any]) -> list[Any]:
        """The values for one request. Raises ArgumentRefused."""
        return [parameter.value(variables) for parameter in self.parameters]


@dataclass(slots=True)
class Prepared:
    """A document's operation, ready to run; `errors` when it is not valid.

    `needs` is all that its fields need, and `fields` says which of them needs what; `introspects`
    that it asks of the schema alone.
    """

    document: DocumentNode | None
    operation: OperationDefinitionNode | None
    errors: Sequence[GraphQLError] = ()
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    page_sizes: frozenset[str] = frozenset()
    texts: frozenset[str] | None = None
    fields: Fields = field(default_factory=dict)
    needs: frozenset[Need] = frozenset()
    introspects: bool = False
    weighed: Bounded[Hashable, TooCostly | None] = field(
        default_factory=lambda: Bounded(MAX_SIZES)
    )
    statements: Bounded[Hashable, Statement | None] = field(
        default_factory=lambda: Bounded(MAX_VARIANTS)
    )

    @property
    def reads(self) -> bool:
        """Whether it is a query."""
        return self.operation is not None and self.operation.operation is OperationType.QUERY


class Documents:
    """All documents prepared for one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema, self.needs = schema, Needs(schema)
        self._kept = Bounded[tuple[str, str | None], Prepared](
            MAX_DOCUMENTS * COMMON, lambda key: max(len(key[0]), COMMON))

    def prepare(self, text: str, operation_name: str | None) -> Prepared:
        """The operation of a document, prepared at its first use."""
        if len(text) > MAX_KEPT:
            return self._prepare(text, operation_name)
        return self._kept.get((text, operation_name), lambda: self._prepare(text, operation_name))

    def _prepare(self, text: str, operation_name: str | None) -> Prepared:
        try:
            document = parse(text, max_tokens=MAX_TOKENS, no_location=True)
            weigh(self.schema, document)
        except GraphQLError as error:
            return Prepared(None, None, [error])
        except TooCostly as refused:
            return Prepared(None, None, [GraphQLError(str(refused), original_error=refused)])
        if self._mistakes(document):
            return Prepared(None, None, self._mistakes(parse(text)))
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            said = "Name one of the document's operations in operationName."
            return Prepared(None, None, [GraphQLError(said)])
        fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        fields = Selection(self.schema, self.needs, fragments).of(operation)
        return Prepared(
            document, operation, (), fragments, _page_sizes(document), _texts(operation), fields,
            frozenset(fields), _introspects(operation.selection_set, fragments),
        )

    def _mistakes(self, document: DocumentNode) -> list[GraphQLError]:
        """What does not fit the schema, without the document that it stands in.

        Where it stands is said only if the document knows: a document that is kept does not, as
        that would take most of its memory.
        """
        found = validate(self.schema, document, max_errors=MAX_ERRORS, hide_suggestions=True)
        return [GraphQLError(error.message, source=error.source, positions=error.positions)
                for error in found]

    def weigh(self, prepared: Prepared, variables: VariableValues) -> None:
        """Weigh the operation with the page sizes of a request. Raises TooCostly."""
        document, sizes = prepared.document, prepared.page_sizes
        if document is None or not sizes:
            return
        given = {name: variables.coerced.get(name) for name in sizes}

        def weighed() -> TooCostly | None:
            try:
                weigh(self.schema, document, given)
            except TooCostly as refused:
                return refused
            return None

        refused = prepared.weighed.get(tuple(given.items()), weighed)
        if refused is not None:
            raise refused.with_traceback(None)

    def variables(
        self, prepared: Prepared, inputs: Mapping[str, Any]
    ) -> VariableValues | list[GraphQLError]:
        """The request's variables as the schema coerces them, or what is wrong with them."""
        assert prepared.operation is not None  # noqa: S101  callers have checked for errors
        texts = prepared.texts
        if texts is not None and texts == set(inputs) and all(
            type(value) is str for value in inputs.values()
        ):
            return VariableValues({}, dict(inputs))  # texts given as texts need no coercion
        return get_variable_values(
            self.schema, prepared.operation.variable_definitions or (), dict(inputs),
            max_errors=MAX_ERRORS, hide_suggestions=True,
        )

    def statement(
        self,
        prepared: Prepared,
        variables: VariableValues,
        actor: Actor,
        key: tuple[Hashable, ...] = (),
        make: Callable[[Compiler], Sql] = Compiler.operation,
    ) -> Statement | None:
        """The statement of an operation, or of what `make` compiles of it (told apart by `key`).

        None when not all of it is read by SQL. What may be read differs by permissions, so there
        are variants by them. Raises Forbidden.
        """
        sizes = prepared.page_sizes
        variant = (actor.permissions, *key, *(
            (name, shape(value, name in sizes)) for name, value in variables.coerced.items()
        ))
        return prepared.statements.get(
            variant, lambda: self._compile(prepared, variables, actor, make))

    def subfields(
        self,
        prepared: Prepared,
        variables: VariableValues,
        type_: GraphQLObjectType,
        details: Details,
    ) -> dict[str, Details]:
        """What is selected of an object, by response key."""
        return Compiler(self._source(prepared, variables)).subfields(type_, details)

    def _source(
        self, prepared: Prepared, variables: VariableValues, actor: Actor | None = None
    ) -> Source:
        assert prepared.operation is not None  # noqa: S101  callers have checked for errors
        permissions = actor.permissions if actor is not None else frozenset()
        return Source(self.schema, self.needs, permissions, prepared.operation,
                      prepared.fragments, variables)

    def _compile(
        self, prepared: Prepared, given: VariableValues, actor: Actor,
        make: Callable[[Compiler], Sql],
    ) -> Statement | None:
        slots = {
            name: slotted(value, (name,), name in prepared.page_sizes)
            for name, value in given.coerced.items()
        }
        variables = VariableValues(given.sources, slots)
        compiler = Compiler(self._source(prepared, variables, actor))
        try:
            return finished(make(compiler), compiler.parameters)
        except NotCompilable:
            return None
        except RecursionError:
            raise GraphQLError("The operation is nested too deeply.") from None


def finished(json: Sql, parameters: Parameters) -> Statement:
    """The statement that yields the JSON, after binding the actor's claims in the same breath.

    The claims are set for the statement's own transaction, in a derived table that PostgreSQL must
    evaluate first because the condition needs its row. Were it ever not first, row security would
    see no claims and show nothing: it fails closed.
    """
    claims = [
        func.set_config(literal_column(f"'{name}'", Text()),
                        bindparam(f"claim{at}", type_=Text()),
                        literal_column("true")).label(f"c{at}")
        for at, name in enumerate(CLAIMS)
    ]
    bound = select(*claims).offset(literal_column("0")).subquery("bound")
    whole = select(json).select_from(bound).where(*(column.is_not(None) for column in bound.c))
    compiled = whole.compile(dialect=asyncpg.dialect())  # type: ignore[no-untyped-call]
    names = list(compiled.positiontup or ())
    own, last = names[: -len(CLAIMS)], names[-len(CLAIMS) :]
    if last != [f"claim{at}" for at in range(len(CLAIMS))]:
        raise AssertionError("the claims are not the last parameters")
    constants, sql = compiled.params, str(compiled)
    declared = Counter(_DECLARED.findall(sql))
    if twice := [name for name, times in declared.items() if times > 1]:
        # A sub-select that forgot to correlate to an outer table would read all of that table.
        raise AssertionError(f"tables named twice in one statement: {twice}")
    return Statement(
        sql,
        [parameters.by_name.get(name) or Parameter(constants[name], None) for name in own],
    )


class _FirstVariables(Visitor):
    """Collects the variables used as page sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value == "first" and isinstance(node.value, VariableNode):
            self.names.add(node.value.name.value)


def _introspects(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> bool:
    """Whether all that is selected of the root is about the schema."""
    for node in selected.selections:
        if isinstance(node, FieldNode):
            if not node.name.value.startswith("__"):
                return False
            continue
        inner = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if not _introspects(cast(InlineFragmentNode, inner).selection_set, fragments):
            return False
    return True


def _texts(operation: OperationDefinitionNode) -> frozenset[str] | None:
    """The operation's variables, if all of them are texts or ids; None otherwise."""
    names = set()
    for definition in operation.variable_definitions or ():
        type_ = definition.type.type if isinstance(definition.type, NonNullTypeNode) \
            else definition.type
        if not isinstance(type_, NamedTypeNode) or type_.name.value not in ("String", "ID"):
            return None
        names.add(definition.variable.name.value)
    return frozenset(names)


def _page_sizes(document: DocumentNode) -> frozenset[str]:
    visitor = _FirstVariables()
    visit(document, visitor)
    return frozenset(visitor.names)
