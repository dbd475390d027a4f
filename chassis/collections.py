"""Collections and indexes as declarations, written beside the store that uses them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import IndexModel

Keys = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Index:
    """One index; the name says what it is for.

    `partial` is the partial filter: a query uses the index only if it names that filter (D-9).
    `expire_after` is for garbage only, never for business expiry (D-10). `across_communities` is
    for sweeps over all communities: such an index need not begin with community_id.
    """

    keys: Keys
    name: str = field(kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    partial: Mapping[str, Any] | None = field(default=None, kw_only=True)
    expire_after: dt.timedelta | None = field(default=None, kw_only=True)
    across_communities: bool = field(default=False, kw_only=True)

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

    `per_community`: every document belongs to a community and every access names it (D-15).
    `append_only`: the service's database role can find and insert, nothing else (P-2).
    `never_removed`: it can also update, but not remove.
    """

    name: str
    validator: Mapping[str, Any] = field(kw_only=True)
    indexes: Sequence[Index] = field(default=(), kw_only=True)
    per_community: bool = field(default=False, kw_only=True)
    append_only: bool = field(default=False, kw_only=True)
    never_removed: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if not self.per_community:
            return
        if "community_id" not in self.validator.get("required", ()):
            raise ValueError(f"{self.name}: per_community needs a required community_id")
        for index in self.indexes:
            if not index.across_communities and index.keys[0][0] != "community_id":
                raise ValueError(f"{self.name}.{index.name}: community_id comes first (D-15)")
