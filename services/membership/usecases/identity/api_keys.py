"""API keys of communities and of the system: made, listed, revoked, resolved (ADR 0072)."""

import datetime as dt
import secrets
from collections.abc import Sequence

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import made_at, new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.api_keys import ALPHABET, SECRET_LENGTH, with_checksum
from contracts.errors import DomainError
from contracts.errors.gateway import API_KEY_UNKNOWN
from contracts.errors.membership import API_KEYS_MANY
from contracts.membership import (
    API_KEY_MADE,
    API_KEY_REVOKED,
    API_KEYS_LEFT,
    CREATE_API_KEY,
    CREATE_SYSTEM_API_KEY,
    LIST_API_KEYS,
    LIST_SYSTEM_API_KEYS,
    REVOKE_API_KEY,
    SYSTEM,
)
from contracts.types import membership as wire
from services.membership.domain.identity import api_keys as domain
from services.membership.domain.identity.api_keys import ApiKey
from services.membership.domain.terms.standings import Standing
from services.membership.store import Stores
from services.membership.store.identity.api_keys import ApiKeyStore
from services.membership.usecases.access import Access


class ApiKeyUseCases:
    """Keys by which programs act in one community, or as operators; gateways hear of an end."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access, live: bool) -> None:
        """`live`: this is a system in production."""
        self._keys, self._counts = stores.api_keys, stores.api_key_counts
        self._communities = stores.communities
        self._uow = uow
        self._access = access
        self._is_live = live

    def create(self, request: wire.CreateApiKey, ctx: Context) -> wire.MadeApiKey:
        """A key of a community, with roles in it."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, CREATE_API_KEY.who, community_id)
        return self._create(community_id, request["roles"], request, ctx)

    def create_for_system(self, request: wire.CreateSystemApiKey, ctx: Context) -> wire.MadeApiKey:
        """A key that operates the whole system."""
        self._access.require(ctx, CREATE_SYSTEM_API_KEY.who, SYSTEM)
        return self._create(SYSTEM, domain.SYSTEM_ROLES, request, ctx)

    def _create(
        self,
        community_id: str,
        roles: Sequence[str],
        request: wire.CreateApiKey | wire.CreateSystemApiKey,
        ctx: Context,
    ) -> wire.MadeApiKey:
        secret, now = new_secret(live=self._is_live), real_now()
        made = domain.new_api_key(
            id=new_id("key"),
            community_id=community_id,
            secret=secret,
            name=request["name"],
            roles=roles,
            scopes=request["scopes"],
            made_by=ctx.require_person(),
            lasts=dt.timedelta(days=request["expires_in_days"]),
            now=now,
        )

        def work(tx: Transaction) -> ApiKey:
            self._counts.add(tx, community_id)
            if self._keys.count_live(tx, community_id, now, domain.MOST_LIVE) >= domain.MOST_LIVE:
                raise DomainError(API_KEYS_MANY, maximum=domain.MOST_LIVE)
            key = self._keys.insert(tx, made)
            if community_id != SYSTEM:
                tx.emit(API_KEY_MADE, key, _made_facts(key))
            tx.audit("create_api_key", None, key)
            return key

        return {**_view(self._uow.run(ctx, work), now), "key": secret}

    def list_of_community(self, request: wire.ListApiKeys, ctx: Context) -> wire.ApiKeys:
        """A page of a community's keys."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, LIST_API_KEYS.who, community_id)
        return self._list(community_id, request)

    def list_of_system(self, request: wire.PageRequest, ctx: Context) -> wire.SystemApiKeys:
        """A page of the keys that operate the system."""
        self._access.require(ctx, LIST_SYSTEM_API_KEYS.who, SYSTEM)
        return self._list(SYSTEM, request)

    def _list(
        self, community_id: str, request: wire.ListApiKeys | wire.PageRequest
    ) -> wire.ApiKeys:
        page = self._keys.of_community(community_id, after=request["after"], limit=request["limit"])
        now = real_now()
        return page.answer(lambda key: _view(key, now))

    def revoke(self, request: wire.ApiKeyRef, ctx: Context) -> wire.ApiKey:
        """Ends a key for good."""
        found = self._keys.require(request["api_key_id"])
        caller = self._access.caller(ctx, found["community_id"])
        caller.require_may_see(REVOKE_API_KEY.who, self._keys.noun)

        def work(tx: Transaction) -> wire.ApiKey:
            before, now = self._keys.require(found["_id"], tx=tx), real_now()
            if before["revoked_at"] is not None:
                return _view(before, now)
            after = self._keys.save(tx, domain.revoke(before, now))
            facts: wire.ApiKeyRevoked = {
                "api_key_id": after["_id"],
                "community_id": after["community_id"],
            }
            tx.emit(API_KEY_REVOKED, after, facts)
            tx.audit("revoke_api_key", before, after)
            return _view(after, now)

        return self._uow.run(ctx, work)

    def get_names(self, request: wire.ApiKeyNamesRef, ctx: Context) -> wire.ApiKeyNames:
        """What keys are called that a message is about."""
        found = self._keys.names(request["community_id"], request["api_key_ids"])
        return {"names": [found.get(id, "") for id in request["api_key_ids"]]}

    def resolve(self, request: wire.ApiKeyDigest, ctx: Context) -> wire.ResolvedApiKey:
        """What a key may that a gateway was shown; raises DomainError(API_KEY_UNKNOWN)."""
        key = self._keys.by_digest(request["digest"])
        if key is None:
            raise DomainError(API_KEY_UNKNOWN)
        now = real_now()
        if domain.state_of(key, now) == "live" and not domain.is_use_noted(key, now):
            self._keys.note_use(key["_id"], now, now - domain.USE_NOTED_EVERY)
        return {
            "id": key["_id"],
            "community_id": key["community_id"],
            "roles": key["roles"],
            "scopes": key["scopes"],
            "expires_at": key["expires_at"],
            "revoked_at": key["revoked_at"],
        }


def tell_of_keys_left(tx: Transaction, keys: ApiKeyStore, standing: Standing) -> None:
    """Keys go on when the owner leaves who made them (ADR 0072): the others are told of each."""
    community_id, person_id = standing["community_id"], standing["person_id"]
    left = keys.live_of(tx, community_id, person_id, real_now())
    if left:
        facts: wire.ApiKeysLeft = {
            "community_id": community_id,
            "person_id": person_id,
            "keys": [
                {
                    "api_key_id": key["_id"],
                    "hint": key["hint"],
                    "last_used_at": key["last_used_at"],
                }
                for key in left
            ],
        }
        tx.emit(API_KEYS_LEFT, standing, facts)


def new_secret(*, live: bool) -> str:
    """A fresh key, as it is shown once."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    return with_checksum(f"ck_{'live' if live else 'test'}_{drawn}")


def _made_facts(key: ApiKey) -> wire.ApiKeyMade:
    return {
        "api_key_id": key["_id"],
        "community_id": key["community_id"],
        "made_by": key["made_by"],
        "hint": key["hint"],
        "expires_at": key["expires_at"],
    }


def _view(key: ApiKey, now: dt.datetime) -> wire.ApiKey:
    """A key as those see it who may revoke it."""
    return {
        "id": key["_id"],
        "community_id": key["community_id"],
        "name": key["name"],
        "hint": key["hint"],
        "roles": key["roles"],
        "scopes": key["scopes"],
        "state": domain.state_of(key, now),
        "made_by": key["made_by"],
        "created_at": made_at(key["_id"]),
        "expires_at": key["expires_at"],
        "last_used_at": key["last_used_at"],
        "revoked_at": key["revoked_at"],
        "version": key["version"],
    }
