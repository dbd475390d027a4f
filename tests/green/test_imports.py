"""A large file is read in turns with everything else that its process does."""

import eventlet

from contracts.membership import IMPORT_COLUMNS
from services.membership.domain.files.texts import lines_of_text
from services.membership.domain.terms.imports import lines_of
from services.membership.usecases.terms.import_files import TURN, in_turns


def test_others_go_on_while_a_file_is_read() -> None:
    """O-4: the greenlets of other calls get the hub after every so many lines."""
    text = ",".join(IMPORT_COLUMNS) + "\n" + "1,a@example.com,a,2024-02-01,2027-01-31,,\n" * 2_000
    turns = 0

    def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            eventlet.sleep(0)

    beside = eventlet.spawn(other)
    try:
        lines = lines_of(lines_of_text(text), IMPORT_COLUMNS, (), 2_000)
        assert sum(1 for _ in in_turns(lines)) == 2_000
    finally:
        beside.kill()
    assert turns >= 2_000 // TURN - 1
