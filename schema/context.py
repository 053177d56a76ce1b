"""What a request carries: the database, who asks, in which language, and the prepared operation."""

from dataclasses import dataclass

from graphql.execution.values import VariableValues

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.text import Locale
from schema.read.prepared import Documents, Prepared


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one operation."""

    database: Database
    actor: Actor
    address: str
    locale: Locale
    documents: Documents
    prepared: Prepared
    variables: VariableValues
