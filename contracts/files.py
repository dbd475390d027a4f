"""What files people send may be: for what, of which kinds, how large, and how many in all."""

from contracts.states.membership import FileType, UploadPurpose

MEGABYTE = 1_000_000
PART_BYTES = 256 * 1024  # every part has so many but the last, which has the rest

PICTURES: tuple[FileType, ...] = ("image/png", "image/jpeg", "image/webp")
TYPES: dict[UploadPurpose, tuple[FileType, ...]] = {
    "answer": (*PICTURES, "application/pdf"),
    "picture": PICTURES,
    "import": ("text/csv",),
}
MOST_BYTES: dict[UploadPurpose, int] = {
    "answer": 5 * MEGABYTE,
    "picture": 5 * MEGABYTE,
    "import": 25 * MEGABYTE,
}
MOST_PARTS = -(-max(MOST_BYTES.values()) // PART_BYTES)
# What is kept at once. Purposes have quotas of their own, so that nobody who only applies can keep
# a community from its imports.
PERSON_QUOTA = 50 * MEGABYTE
# Of that in one community, imports left out: so it takes many people to use up its quota.
PERSON_QUOTA_THERE = 15 * MEGABYTE
COMMUNITY_QUOTA: dict[UploadPurpose, int] = {
    "answer": 1000 * MEGABYTE,
    "picture": 250 * MEGABYTE,
    "import": 100 * MEGABYTE,
}
MOST_IMPORTED_ROWS = 100_000
IMPORTS_AT_ONCE = 2  # of one community
