"""The read path: a selection set becomes one SQL statement, whose answer is finished JSON.

spec.py says how a field is read, compiler.py turns a selection into SQL, prepared.py keeps what was
parsed, checked and planned, execution.py lets finished JSON pass through GraphQL's own execution.
"""
