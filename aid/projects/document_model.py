"""Tables of what documents hold, and of what was reported with them."""

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base


def of_document(name: str) -> ForeignKeyConstraint:
    """What names a document bears the same recipient as that, always."""
    return ForeignKeyConstraint(
        ["document_id", "recipient_id"], ["document.id", "document.recipient_id"],
        name=f"fk_{name}_document", onupdate="CASCADE")


class ProgressDocument(Base):
    """A picture, or another document, that a report of progress came with. Append-only: what a
    report was recorded with is all it has.
    """

    __tablename__ = "progress_document"
    __table_args__ = (
        ForeignKeyConstraint(["report_id", "recipient_id"],
                             ["progress_report.id", "progress_report.recipient_id"],
                             name="fk_progress_document_report", onupdate="CASCADE"),
        of_document("progress_document"),
    )

    report_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]


class Content(Base):
    """A part of a file's bytes, 256 KB or less, so that a large file is never in memory whole."""

    __tablename__ = "content"

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
