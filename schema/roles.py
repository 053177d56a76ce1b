"""The role as the API names it: an enumeration first met unnamed would get a second name."""

import strawberry

from aid.access.roles import Role

strawberry.enum(Role, description="What an account may be; it has one of them.")

__all__ = ["Role"]
