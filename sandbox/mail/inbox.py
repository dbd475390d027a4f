"""The messages on disk: raw bytes as received, and what is needed to find them."""

import sqlite3
from collections.abc import Sequence

from sandbox.mail.reading import read

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    raw BLOB NOT NULL
);

-- Envelope recipients in lower case; what the To header says does not matter.
CREATE TABLE IF NOT EXISTS recipients (
    address TEXT NOT NULL,
    message_id INTEGER NOT NULL REFERENCES messages,
    PRIMARY KEY (address, message_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_of_message ON recipients (message_id);
"""


def store(
    db: sqlite3.Connection, now_ms: int, sender: str, recipients: Sequence[str], raw: bytes
) -> None:
    """Keep one message for all its recipients."""
    cursor = db.execute(
        "INSERT INTO messages (received_ms, sender, subject, raw) VALUES (?, ?, ?, ?)",
        (now_ms, sender, read(raw).subject, raw),
    )
    db.executemany(
        "INSERT OR IGNORE INTO recipients (address, message_id) VALUES (?, ?)",
        [(address.lower(), cursor.lastrowid) for address in recipients],
    )


def find(db: sqlite3.Connection, message_id: int) -> sqlite3.Row | None:
    """One message with its raw bytes."""
    return db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()


def recipients_of(db: sqlite3.Connection, message_id: int) -> list[str]:
    """Who the envelope named, in alphabetical order."""
    rows = db.execute(
        "SELECT address FROM recipients WHERE message_id = ? ORDER BY address", (message_id,)
    )
    return [row["address"] for row in rows]


def search(
    db: sqlite3.Connection, to: str | None, subject: str | None, after: int, limit: int
) -> list[sqlite3.Row]:
    """Oldest first, after an id: to exactly this address, with this text in the subject."""
    return db.execute(
        "SELECT * FROM messages WHERE id > :after AND instr(subject, :subject) > 0"
        " AND (:to IS NULL OR id IN (SELECT message_id FROM recipients WHERE address = :to))"
        " ORDER BY id LIMIT :limit",
        {
            "to": to.lower() if to else None,
            "subject": subject or "",
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def newest(db: sqlite3.Connection, address_part: str, before: int, limit: int) -> list[sqlite3.Row]:
    """Newest first, before an id: with this text somewhere in a recipient's address."""
    return db.execute(
        "SELECT id, received_ms, sender, subject FROM messages WHERE id < :before AND EXISTS"
        " (SELECT 1 FROM recipients"
        "  WHERE message_id = messages.id AND instr(address, :address_part) > 0)"
        " ORDER BY id DESC LIMIT :limit",
        {"before": before, "address_part": address_part.lower(), "limit": limit},
    ).fetchall()


def count(db: sqlite3.Connection, to: str | None) -> int:
    """How many messages there are, in all or to exactly this address."""
    if to:
        query = "SELECT count(*) FROM recipients WHERE address = ?"
        return db.execute(query, (to.lower(),)).fetchone()[0]
    return db.execute("SELECT count(*) FROM messages").fetchone()[0]


def clear(db: sqlite3.Connection) -> None:
    """Throw all messages away; ids go on upwards."""
    db.execute("DELETE FROM recipients")
    db.execute("DELETE FROM messages")
