"""The five-year plan as data, and the loader that brings it in."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
"""The plans and regions that the project ships."""
