"""The form of an API key, which the gateway checks and membership makes (ADR 0072).

ck_live_ or ck_test_, 30 characters of secret, 6 of checksum, all of them 0-9 A-Z a-z
"""

import re
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_LENGTH = 30  # 178 bits
CHECKSUM_LENGTH = 6
PREFIX = "ck_"
MOST_KEYS = 50  # good at a time, of a community and of the system

_FORM = re.compile(rf"ck_(live|test)_[0-9A-Za-z]{{{SECRET_LENGTH + CHECKSUM_LENGTH}}}")


def with_checksum(text: str) -> str:
    """The text with the CRC-32 of it (in base 62) at its end."""
    rest, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return text + digits


def is_well_formed(text: str) -> bool:
    """Whether somebody made this as a key, and nobody lost or mistook a character since."""
    return bool(_FORM.fullmatch(text)) and with_checksum(text[:-CHECKSUM_LENGTH]) == text
