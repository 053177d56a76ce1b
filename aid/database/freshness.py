"""Whether what was read may still be shown: what this process knows of its own and others' writing.
"""

UNNAMED = "written"
"""What is told of a write of which no trigger noted anything."""


class Freshness:
    """Counts what was written. As long as `written` stays the same, so does what is there.

    That holds only while the process is `told` what others write. What they wrote is counted a
    moment after their commit; what this process writes, with its own.
    """

    def __init__(self) -> None:
        self.told = False
        self.written = 0

    def heard(self, _: str = "") -> None:
        """Count what another process, or this one, has written."""
        self.written += 1

    def standing(self, told: bool) -> None:
        """From now on everything is told, or nothing. What was missed may be anything."""
        self.told = told
        self.written += 1
