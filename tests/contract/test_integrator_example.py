"""The example of an integrator against a sample of every public event."""

import json
from pathlib import Path
from typing import Any

import pytest
from kombu.message import Message

from deploy.local.control import REPOSITORY
from deploy.provision import load_topology
from examples.integrator.print_events import Reader, bases_of

SCOPES = load_topology()["integrators"]["scopes"].values()
PUBLIC = [one for opened in SCOPES for one in opened["events"]]


class Sample(Message):
    """As kombu hands one over."""

    def __init__(self, **changes: Any):
        kind = changes.pop("type", "coterie.membership.activated.v1")
        sample = json.loads((REPOSITORY / "contracts/samples" / f"{kind}.json").read_text())
        super().__init__(body=json.dumps({**sample, **changes}))  # type: ignore[no-untyped-call]
        self.was_acknowledged = False

    def ack(self, *_: Any, **__: Any) -> None:
        self.was_acknowledged = True


def seen(tally: Path, *sequences: int, **bases: int) -> Any:
    reader = Reader(tally, bases)
    for sequence in sequences:
        numbered = {"subject": "mbr_1", "sequence": f"{sequence:010}"}
        reader.on_message(Sample(id=f"evt_{sequence}", **numbered))
    reader.save()
    return json.loads(tally.read_text())


@pytest.mark.parametrize("kind", PUBLIC)
def test_every_public_event_is_counted_and_acknowledged(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message, tally = Sample(type=kind), tmp_path / "tally.json"
    reader = Reader(tally)
    reader.on_message(message)
    reader.save()
    assert message.was_acknowledged
    name = kind.split(".")[2]
    assert json.loads(tally.read_text())["events"] == {name: 1}
    assert name in capsys.readouterr().out


def test_a_gap_is_seen_also_before_the_first(tmp_path: Path) -> None:
    tally = tmp_path / "tally.json"
    assert seen(tally, 1, 3, 2)["sequence_gaps"] == []
    assert seen(tally, 1, 3)["sequence_gaps"] == ["mbr_1"]
    assert seen(tally, 2, 3)["sequence_gaps"] == ["mbr_1"]


def test_a_reader_goes_on_from_an_earlier_tally(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    seen(earlier, 1, 2)
    assert bases_of(earlier) == {"mbr_1": 2}
    tally = tmp_path / "tally.json"
    assert seen(tally, 3, **bases_of(earlier))["sequence_gaps"] == []
    assert seen(tally, 4, **bases_of(earlier))["sequence_gaps"] == ["mbr_1"]
    assert seen(tally, 2, 3, **bases_of(earlier))["sequence_gaps"] == [], "2 came again"
