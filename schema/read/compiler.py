"""The compiler: a selection of fields becomes SQL that builds their JSON.

It asks graphql-core which fields are selected (fragments, @skip, @include), the field what it reads
(fields.py), and the mapper for columns and relationships. Object by object it concatenates texts;
to-one and to-many are sub-selects, so an operation of any depth is one statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import RelationshipProperty

from aid.access.policy import Permission
from schema.ids import decode_id, id_sql
from schema.read.allowed import Forbidden
from schema.read.arguments import Arguments, Parameters
from schema.read.cursor import cursor_sql
from schema.read.definitions import (
    NotCompilable,
    how_read,
    model_behind,
    order_of,
    python_name,
    relationship_of,
)
from schema.read.fields import (
    AnyNode,
    Expression,
    Many,
    One,
    Page,
    Reckoned,
    Rows,
)
from schema.read.json import Sql, joined, or_null, scalar, text
from schema.read.matching import Matching
from schema.read.needs import Needs
from schema.read.page import (
    PageParts,
    inlined,
    json_list,
    key_of,
    page_order,
    page_size,
    past,
    ways,
)
from schema.read.tables import light, rows_of

NODE = object()
"""The value that stands for the id of a mutation's object until the statement runs."""
Details = list[FieldDetails]


@dataclass(frozen=True, slots=True)
class Source:
    """What is compiled: a document's operation with its (slotted) variables, for whom."""

    schema: GraphQLSchema
    needs: Needs
    permissions: frozenset[Permission]
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: VariableValues


class Compiler:
    """Compiles one operation, or one field of it. Collects the parameters as it goes."""

    def __init__(self, source: Source) -> None:
        self._source, self.schema = source, source.schema
        self._fragments = {
            name: FragmentDetails(definition) for name, definition in source.fragments.items()
        }
        self._names = 0
        self._asked: dict[FromClause, Mapping[str, Any]] = {}
        self.parameters = Parameters()

    def operation(self) -> Sql:
        """The JSON object of a whole operation."""
        root = self.schema.get_root_type(self._source.operation.operation)
        if root is None:
            raise NotCompilable
        collected = collect_fields(
            self.schema, self._fragments, self._source.variables, root,
            self._source.operation,
        )
        return self._object(root, collected.grouped_field_set, None)

    def field(self, parent: GraphQLObjectType, details: Details) -> Sql:
        """The JSON of one root field."""
        return self._field(parent, details, None)

    def node(self, type_: GraphQLObjectType, details: Details) -> Sql:
        """The JSON of an object whose id is known when it runs: NODE stands for it."""
        table = self._table(type_)
        wanted = self.parameters.bind(NODE, BigInteger(), None)
        return self._one(type_, details, table, [table.c.id == wanted])

    def _object(
        self, type_: GraphQLObjectType, fields: dict[str, Details], table: FromClause | None
    ) -> Sql:
        parts: list[Any] = []
        constant = "{"
        for at, (key, details) in enumerate(fields.items()):
            constant += f'{"," if at else ""}"{key}":'
            if details[0].node.name.value == "__typename":
                constant += f'"{type_.name}"'
            else:
                parts += [text(constant), self._field(type_, details, table)]
                constant = ""
        return joined([*parts, text(constant + "}")])

    def _field(
        self, parent: GraphQLObjectType, details: Details, table: FromClause | None
    ) -> Sql:
        node = details[0].node
        definition = parent.fields.get(node.name.value)
        if definition is None:  # __schema, __type
            raise NotCompilable
        if not self._source.needs.of(parent, node.name.value) <= self._source.permissions:
            raise Forbidden((f"{parent.name}.{node.name.value}",))
        named = get_named_type(definition.type)
        how = how_read(definition)
        if isinstance(how, Page | One | Many | AnyNode):
            return self._objects(how, definition, details, parent, table)
        if table is None or not is_leaf_type(named):
            raise NotCompilable
        if isinstance(how, Expression):
            value = how.sql(table, self._arguments(definition, details))
        elif node.name.value == "id":
            value = id_sql(parent.name, table.c.id)
        else:
            value = table.c[python_name(definition)]
        return _leaf(definition.type, value)

    def _objects(
        self,
        how: Page | One | Many | AnyNode,
        definition: GraphQLField,
        details: Details,
        parent: GraphQLObjectType,
        table: FromClause | None,
    ) -> Sql:
        values = self._values(definition, details)
        if not isinstance(how, AnyNode) and how.inherits and table is not None:
            values = {**self._asked[table], **values}
        arguments = Arguments(values, self.parameters)
        named = get_named_type(definition.type)
        if isinstance(how, AnyNode):
            return self._any_node(cast(GraphQLInterfaceType, named), details, arguments)
        if isinstance(how, Page):
            return self._page(how, cast(GraphQLObjectType, named), details, table, arguments)
        type_ = cast(GraphQLObjectType, named)
        own = self._table(type_) if how.rows is None else self._rows(how.rows, table, arguments)
        self._asked[own] = values
        order = [own.c[name] for name in how.order_by]
        if how.where is not None:
            conditions = list(how.where(own, table, arguments))
        elif how.rows is not None:
            conditions = []
        elif table is not None:
            relationship = relationship_of(parent, definition)
            conditions = self._joined_to(relationship, own, table)
            order = order or [own.c[column.name] for column in order_of(relationship)]
        else:
            raise NotCompilable
        if isinstance(how, Many):
            return self._many(type_, details, own, conditions, order)
        ordered = order if how.limit_one else []
        found = self._one(type_, details, own, conditions, ordered)
        return found if is_non_null_type(definition.type) else or_null(found)

    def _one(
        self,
        type_: GraphQLObjectType,
        details: Details,
        table: FromClause,
        conditions: Sequence[ColumnElement[bool]],
        order: Sequence[Any] = (),
    ) -> Sql:
        found = select(self._selection(type_, details, table)).select_from(table)
        found = found.where(*conditions)
        if order:
            found = found.order_by(*(column.desc() for column in order)).limit(inlined(1))
        return found.scalar_subquery()

    def _many(
        self,
        type_: GraphQLObjectType,
        details: Details,
        table: FromClause,
        conditions: Sequence[ColumnElement[bool]],
        order: Sequence[Any],
    ) -> Sql:
        item = self._selection(type_, details, table)
        last = [table.c.id] if "id" in table.c else []
        items = select(json_list(item, [*order, *last])).select_from(table)
        return items.where(*conditions).scalar_subquery()

    def _any_node(
        self, interface: GraphQLInterfaceType, details: Details, arguments: Arguments
    ) -> Sql:
        found = [text("null")]
        for type_ in self.schema.get_possible_types(interface):
            if not self._source.needs.of_type(type_) <= self._source.permissions:
                continue
            table = self._table(type_)
            named = arguments.bind("id", convert=lambda id_: decode_id(id_)[0])
            wanted = arguments.bind("id", BigInteger(), lambda id_: decode_id(id_)[1])
            conditions = [named == text(type_.name), table.c.id == wanted]
            found.insert(-1, self._one(type_, details, table, conditions))
        return func.coalesce(*found)

    def _page(
        self,
        how: Page,
        type_: GraphQLObjectType,
        details: Details,
        parent: FromClause | None,
        arguments: Arguments,
    ) -> Sql:
        node = cast(GraphQLObjectType, get_named_type(type_.fields["nodes"].type))
        size = page_size(arguments)
        order, ordering, descending = page_order(node.name, how, arguments)
        names = [f"key{at}_" for at in range(len(ordering))]
        matching = Matching(
            lambda: self._table(node) if how.rows is None else self._rows(
                how.rows, parent, arguments),
            lambda own: [*how.where(own, parent, arguments),
                         *how.filters(own, parent, arguments.inner("filter"))],
            self._name, parent, how.groups)

        def wanted(rows: FromClause) -> Select[Any]:
            keys = [key_of(rows, key) for key in ordering]
            shown = [rows.c.id] if how.narrow else rows.c
            return (
                select(*shown, *map(ColumnElement.label, keys, names))
                .where(*past(keys, order, descending, arguments))
                .order_by(*ways(keys, descending)).limit(inlined(size + 1))
            )

        def cut(found: Select[Any]) -> Select[Any]:
            keys = [found.selected_columns[name] for name in names]
            return found.order_by(*ways(keys, descending)).limit(inlined(size + 1))

        chosen = matching.chosen(wanted, cut).subquery(self._name())
        in_order = ways([chosen.c[name] for name in names], descending)
        page = self._numbered(node if how.narrow else None, chosen, in_order)
        cursor = cursor_sql(order, [key_of(page, key) for key in ordering])
        shown = page.c.row_no <= inlined(size)

        def count() -> Sql:  # made anew for each response key that asks for it
            found = matching.chosen(
                lambda rows: select(rows.c.id).select_from(rows), lambda found: found)
            return select(func.count()).select_from(found.subquery(self._name())).scalar_subquery()

        parts = PageParts(self, node, page, cursor, shown, size, count, arguments.given("after"))
        # HAVING makes it one row even where only totalCount is asked for and nothing aggregates.
        whole = select(parts.object(type_, details)).select_from(page).having(true())
        return whole.scalar_subquery()

    def _numbered(
        self, node: GraphQLObjectType | None, chosen: FromClause, order: Sequence[Any]
    ) -> FromClause:
        """A page's rows, numbered; the rows of `node` if only their keys were chosen."""
        number = func.row_number().over(order_by=order).label("row_no")
        if node is None:
            return select(*chosen.c, number).subquery(self._name())
        rows = self._table(node)
        page = select(*rows.c, number).join_from(chosen, rows, rows.c.id == chosen.c.id)
        return page.subquery(self._name())

    def _selection(self, type_: GraphQLObjectType, details: Details, table: FromClause) -> Sql:
        return self._object(type_, self.subfields(type_, details), table)

    def subfields(self, type_: GraphQLObjectType, details: Details) -> dict[str, Details]:
        """What is selected of an object, by response key."""
        return collect_subfields(
            self.schema, self._fragments, self._source.variables, self._source.operation,
            type_, details,
        ).grouped_field_set

    def selection(self, type_: GraphQLObjectType, details: Details, table: FromClause) -> Sql:
        """The JSON of one row of a page."""
        return self._selection(type_, details, table)

    def _arguments(self, definition: GraphQLField, details: Details) -> Arguments:
        return Arguments(self._values(definition, details), self.parameters)

    def _values(self, definition: GraphQLField, details: Details) -> Mapping[str, Any]:
        return get_argument_values(definition, details[0].node, self._source.variables)

    def _joined_to(
        self, relationship: RelationshipProperty[Any], own: FromClause, parent: FromClause
    ) -> list[ColumnElement[bool]]:
        if relationship.secondary is None:
            return [
                parent.c[local.name] == own.c[remote.name]
                for local, remote in relationship.local_remote_pairs or ()
            ]
        link = light(cast(Table, relationship.secondary)).alias(self._name())
        ours = and_(*(parent.c[near.name] == link.c[far.name]
                      for near, far in relationship.synchronize_pairs))
        theirs = [own.c[near.name] == link.c[far.name]
                  for near, far in relationship.secondary_synchronize_pairs or ()]
        linked: Select[Any] = select(literal_column("1")).select_from(link).where(ours, *theirs)
        return [linked.correlate(own, parent).exists()]

    def _rows(
        self, rows: Rows | Reckoned, parent: FromClause | None, arguments: Arguments
    ) -> FromClause:
        """What is read instead of a table."""
        if not isinstance(rows, Reckoned):
            return rows(parent, arguments).subquery(self._name())
        brought = func.jsonb_to_recordset(arguments.reckoned(rows.reckon)).table_valued(
            *(column(name, type_) for name, type_ in rows.columns.items()))
        return brought.render_derived(self._name(), with_types=True)

    def _table(self, type_: GraphQLObjectType) -> FromClause:
        model = model_behind(type_)
        if model is None:
            raise NotCompilable
        return rows_of(model, self._name())

    def _name(self) -> str:
        self._names += 1
        return f"t{self._names}"


def _leaf(type_: GraphQLOutputType, value: Sql) -> Sql:
    named = cast(GraphQLLeafType, get_named_type(type_))
    if isinstance(type_, GraphQLList):
        raise NotCompilable
    made = scalar(named, value)
    return made if is_non_null_type(type_) else or_null(made)
