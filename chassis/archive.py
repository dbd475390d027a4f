"""Moves old commits into a file: `python -m chassis.archive membership --older-than 1095 --to …`.

For what is older than a community, or the whole service, keeps its trail. Runs with the owner's
credentials (COTERIE_MONGO_OWNER_URL), because the service's own role cannot remove commits. The
file is gzip with one commit a line, as canonical extended JSON; a commit is removed only after its
line is on the disk, so a kill leaves some commits in both places and loses none.
"""

import datetime as dt
import gzip
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import click
from bson import json_util
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.clock import real_now
from chassis.commits import COMMITS
from chassis.ids import first_id_at
from chassis.mongo import Document
from chassis.settings import MigrationSettings, SettingsError
from contracts.records import SERVICES

BATCH = 1000
_EXACTLY = json_util.CANONICAL_JSON_OPTIONS


def archive(
    database: Database[Document], file: IO[bytes], *, before: dt.datetime, community_id: str | None
) -> int:
    """Moves commits made before an instant of real time; how many.

    Only those of which nothing but the trail is left: events, messages and answers are cleared
    before. With a community only those whose changes are all of that community.
    """
    commits = database[COMMITS.name]
    which: Document = {
        "_id": {"$lt": first_id_at("cmt", before)},
        "changes.id": {"$exists": True},
        "clear_at": {"$exists": False},
    }
    if community_id is not None:
        which["changes.community_id"] = community_id
    count = 0
    with gzip.GzipFile(fileobj=file, mode="wb") as lines:
        for some in _batches(commits.find(which, sort=[("_id", 1)]), community_id):
            for commit in some:
                lines.write(json_util.dumps(commit, json_options=_EXACTLY).encode() + b"\n")
            lines.flush()
            os.fsync(file.fileno())
            commits.delete_many({"_id": {"$in": [commit["_id"] for commit in some]}})
            count += len(some)
    return count


def _batches(found: Iterator[Document], community_id: str | None) -> Iterator[list[Document]]:
    wanted = (
        commit
        for commit in found
        if community_id is None
        or all(change["community_id"] == community_id for change in commit["changes"])
    )
    while some := list(islice(wanted, BATCH)):
        yield some


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--older-than", "days", type=click.IntRange(min=41), required=True, help="Days.")
@click.option("--community", help="Only the trail of this community.")
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="A file that does not exist yet."
)
def main(service: str, days: int, community: str | None, to: Path) -> None:
    """Move old commits of SERVICE into a file."""
    try:
        settings = MigrationSettings.from_environment(os.environ)
    except SettingsError as error:
        raise click.UsageError("\n".join(error.problems)) from None
    client = mongo.connect(settings.mongo_owner_url, application=f"archive-{service}")
    database = mongo.open_database(client, settings.mongo_database)
    before = real_now() - dt.timedelta(days=days)
    try:
        with client, to.open("xb") as file:
            count = archive(database, file, before=before, community_id=community)
    except FileExistsError:
        raise click.UsageError(f"{to} exists already") from None
    except PyMongoError as error:
        print(f"{service}: stopped: {mongo.told(error)}", file=sys.stderr)
        raise SystemExit(1) from None
    click.echo(f"{count} commits moved to {to}")


if __name__ == "__main__":
    main()
