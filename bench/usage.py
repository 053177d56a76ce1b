"""What a process used."""

import resource
import sys


def megabytes(usage: resource.struct_rusage) -> float:
    """Its peak memory."""
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
