"""`python -m schema` prints the schema's SDL (make schema writes it to schema/schema.graphql)."""

import sys

from schema.schema import sdl

sys.stdout.write(sdl())
