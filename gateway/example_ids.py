"""The ids of the examples, in one place: a system with examples of its own puts its ids here.

In the description they stand as they are, so whoever replaces one replaces it everywhere.
"""

_ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WYB"
_OTHER = "01JD6QAX4T1C9N7PZ3E5MHK2VD"

_KINDS = (
    "acc app blk chl com cpn emc era idn imp key mbr mtp nte ntf ofr ord pay per pln pur quo reg"
    " rfd rrq ses trm upl inv"
)
IDS = {kind: f"{kind}_{_ULID}" for kind in _KINDS.split()}
STAFF = f"per_{_OTHER}"  # who decides, beside whom it is decided about

TODAY = "2026-11-21"  # what has to be the day on which it is sent

# Fields whose person is one of the staff.
OF_STAFF = frozenset({"reviewer_id", "claimed_by", "confirmed_by"})
# Fields that take ids of any kind.
OF_ANY = {"About.id": IDS["ord"], "LinkObject.id": IDS["pur"], "About.ref": IDS["ord"]}


def id_for(name: str, prefix: str | None) -> str:
    """The example of a field that holds an id."""
    return STAFF if name in OF_STAFF else IDS.get(prefix or "com", f"{prefix}_{_ULID}")
