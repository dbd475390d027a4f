"""Collections and indexes as declarations, written beside the store that uses them."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

Keys = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Index:
    """One index; the name says what it is for.

    `partial` is the partial filter: a query uses the index only if it names that filter (D-9).
    `expire_after` is for garbage only, never for business expiry (D-10). `across_communities` is
    for sweeps over all communities: such an index need not begin with community_id. `refusal` is
    what a store raises, with the document's id, when a unique index has its keys already.
    """

    keys: Keys
    name: str = field(kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    partial: Mapping[str, Any] | None = field(default=None, kw_only=True)
    expire_after: dt.timedelta | None = field(default=None, kw_only=True)
    across_communities: bool = field(default=False, kw_only=True)
    refusal: type[Exception] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.refusal is not None and not self.unique:
            raise ValueError(f"{self.name}: only a unique index refuses a document")

    def model(self) -> IndexModel:
        """The index as pymongo creates it."""
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after is not None:
            options["expireAfterSeconds"] = int(self.expire_after.total_seconds())
        return IndexModel(list(self.keys), **options)


@dataclass(frozen=True)
class Collection:
    """One collection: validator (see `chassis.validators`), indexes, and who may do what.

    `kept` says how long it keeps what, of people above all; what it says is acted on by a TTL index
    (garbage), a job, or the erasure of a person (ADR 0049). `per_community`: every document belongs
    to a community and every access names it (D-15).
    `append_only`: the service's database role can find and insert, nothing else (P-2).
    `never_removed`: it can also update, but not remove. `same_id`: what a store raises, with the
    id, when a document of that id is there already.
    """

    name: str
    kept: str = field(default="", kw_only=True)
    validator: Mapping[str, Any] = field(kw_only=True)
    indexes: Sequence[Index] = field(default=(), kw_only=True)
    per_community: bool = field(default=False, kw_only=True)
    append_only: bool = field(default=False, kw_only=True)
    never_removed: bool = field(default=False, kw_only=True)
    same_id: type[Exception] | None = field(default=None, kw_only=True)

    def refusal_of(self, error: DuplicateKeyError, id: str) -> Exception:
        """What the index that refused the document `id` means; the error itself when none says."""
        refusals = {index.name: index.refusal for index in self.indexes}
        refusal = {**refusals, "_id_": self.same_id}.get(_index_named_in(error))
        return error if refusal is None else refusal(id)

    def __post_init__(self) -> None:
        if not self.per_community:
            return
        if "community_id" not in self.validator.get("required", ()):
            raise ValueError(f"{self.name}: per_community needs a required community_id")
        for index in self.indexes:
            if not index.across_communities and index.keys[0][0] != "community_id":
                raise ValueError(f"{self.name}.{index.name}: community_id comes first (D-15)")


def _index_named_in(error: DuplicateKeyError) -> str:
    """The server names the index in its message only: two indexes may have the same keys."""
    named = re.search(r" index: (\S+) dup key: ", str(error))
    return "" if named is None else named[1]
