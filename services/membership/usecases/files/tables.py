"""Lists as CSV files: a page of the list is a piece of the file."""

from collections.abc import Callable, Sequence

from chassis.aggregates import A, Page
from contracts.types import membership as wire
from services.membership.domain.files.tables import Cell, head_of_table, lines_of_table

ROWS = 500  # of a piece; a page ends before that where its documents are large


def piece_of_table(
    name: str,
    columns: Sequence[str],
    page: Page[A],
    row_of: Callable[[A], Sequence[Cell]],
    *,
    after: str | None,
) -> wire.Piece:
    """The rows of a page, behind the names of the columns where it is the first."""
    head = head_of_table(columns) if after is None else b""
    return {
        "content_type": "text/csv",
        "name": name,
        "size": None,  # nobody has counted
        "data": head + lines_of_table(map(row_of, page.items)),
        "next": page.next,
    }
