"""Phone numbers in their one form (E.164), in which they are compared, kept and written to.

Which numbers there can be is known to a library: `+86 0138…` and `+86138…` are one phone, and would
be two with limits of their own.
"""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_TAKE_SMS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(text: str) -> str:
    """The form of a number with its country; raises ValueError for one that takes no SMS."""
    try:
        number = phonenumbers.parse(text)
    except NumberParseException as problem:
        raise ValueError(str(problem)) from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("there is no such number")
    if phonenumbers.number_type(number) not in _TAKE_SMS:
        raise ValueError("not a mobile phone's")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
