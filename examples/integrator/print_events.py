"""An integrator in plain kombu: reads public events from its own queue, prints and counts them.

    python -m examples.integrator.print_events AMQP_URL QUEUE [--tally FILE] [--after FILE]

Operators made the queue, `integrator.<name>.events`, and decided which events it gets; the broker
user may read it and do nothing else. What a reader has to know:

- nothing is declared or bound here (`no_declare`); asking how many messages wait, by declaring
  passively, is allowed;
- the content type is `application/cloudevents+json`; kombu does not know it and would discard the
  message, so the raw body is taken (`on_message`) and parsed here;
- delivery is at least once: an `id` that was seen is acknowledged and not counted again;
- order is not promised: the higher `aggregateversion` of a `subject` is the newer state, and
  `sequence` counts the public events of one membership from 1 without gaps; events of meetups
  and plans have none. A reader that got some earlier says by `--after` up to which.
"""

from __future__ import annotations

import argparse
import json
import signal
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kombu import Connection, Consumer, Queue
from kombu.message import Message


class Reader:
    """Counts each event once and remembers the newest state of whatever has one.

    `bases`: the last sequence, by subject, that was read before.
    """

    def __init__(self, tally_file: Path | None, bases: Mapping[str, int] | None = None):
        self.tally_file = tally_file
        self.bases = bases or {}
        self.seen: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.newest: dict[str, tuple[int, str]] = {}
        self.sequences: dict[str, set[int]] = {}

    def on_message(self, message: Message) -> None:
        event = json.loads(message.body)
        if event["id"] not in self.seen:
            self.seen.add(event["id"])
            self.count(event)
        message.ack()

    def count(self, event: dict[str, Any]) -> None:
        kind = event["type"].split(".")[2]
        data, subject = event["data"], event["subject"]
        self.counts[kind] += 1
        if "sequence" in event:
            self.sequences.setdefault(subject, set()).add(int(event["sequence"]))
        if "state" in data and event["aggregateversion"] > self.newest.get(subject, (0, ""))[0]:
            self.newest[subject] = (event["aggregateversion"], data["state"])
        told = [f"{name} {data[name]}" for name in ("number", "state", "step") if name in data]
        print(f"{event['time']}  {kind:<24} {subject}  {'  '.join(told)}", flush=True)

    def save(self) -> None:
        """Write the tally where another program can compare it."""
        if self.tally_file is None:
            return
        states = Counter(state for _, state in self.newest.values())
        gaps, last = [], dict(self.bases)
        for subject, numbers in self.sequences.items():
            base = self.bases.get(subject, 0)
            last[subject] = max(base, *numbers)
            if not numbers.issuperset(range(base + 1, last[subject] + 1)):
                gaps.append(subject)
        tally = {"events": self.counts, "states": states, "sequence_gaps": gaps, "last": last}
        partial = self.tally_file.with_suffix(".partial")
        partial.write_text(json.dumps(tally, indent=2))
        partial.replace(self.tally_file)


def bases_of(tally_file: Path) -> dict[str, int]:
    """The last sequence of each subject, as an earlier run wrote it into its tally."""
    last: dict[str, int] = json.loads(tally_file.read_text())["last"]
    return last


def read(url: str, queue_name: str, reader: Reader) -> None:
    """Read until SIGTERM or Ctrl-C; a broker that goes away is waited for."""
    queue = Queue(queue_name, no_declare=True)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    signal.signal(signal.SIGINT, lambda number, _: stopping.append(number))
    while not stopping:
        with Connection(url, heartbeat=10) as connection:
            connection.ensure_connection(interval_start=0.5, interval_max=5)
            try:
                consumer = Consumer(
                    connection, [queue], on_message=reader.on_message, prefetch_count=100
                )
                with consumer:
                    while not stopping:
                        try:
                            connection.drain_events(timeout=0.5)
                        except TimeoutError:
                            connection.heartbeat_check()
                            reader.save()
            except (OSError, *connection.connection_errors):
                print("the broker went away; waiting for it", flush=True)
    reader.save()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("url", help="amqp://user:password@host:port/vhost")
    arguments.add_argument("queue", help="integrator.<name>.events")
    arguments.add_argument("--tally", type=Path, help="JSON file that is kept up to date")
    arguments.add_argument("--after", type=Path, help="the tally of an earlier run")
    options = arguments.parse_args()
    read(
        options.url, options.queue, Reader(options.tally, options.after and bases_of(options.after))
    )


if __name__ == "__main__":
    main()
