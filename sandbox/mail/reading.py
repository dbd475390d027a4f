"""Makes a received message readable, however broken it is."""

import email
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message


@dataclass(frozen=True)
class Attachment:
    """A part that is neither the text nor the HTML of the message; size in bytes."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Reading:
    """A message decoded. A header that occurs several times has its values in lines."""

    subject: str
    headers: dict[str, str]
    text: str
    html: str
    attachments: list[Attachment]


def read(raw: bytes) -> Reading:
    """Decode headers (RFC 2047, RFC 6532) and bodies; what cannot be decoded is replaced.

    Never raises: parts nested deeper than Python can follow are shown as they came.
    """
    try:
        return _read(email.message_from_bytes(raw))
    except RecursionError:
        return Reading("", {}, raw.decode("utf-8", "replace"), "", [])


def _read(message: Message) -> Reading:
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        decoded = _decoded_header(value)
        headers[name] = f"{headers[name]}\n{decoded}" if name in headers else decoded
    texts: list[str] = []
    htmls: list[str] = []
    attachments: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        content_type = part.get_content_type()
        content = part.get_payload(decode=True)
        body = content if isinstance(content, bytes) else b""
        is_attachment = part.get_content_disposition() == "attachment"
        if content_type == "text/plain" and not is_attachment:
            texts.append(_decoded_body(part, body))
        elif content_type == "text/html" and not is_attachment:
            htmls.append(_decoded_body(part, body))
        else:
            filename = _decoded_header(part.get_filename() or "")
            attachments.append(Attachment(filename, _encodable(content_type), len(body)))
    return Reading(
        subject=next((headers[name] for name in headers if name.lower() == "subject"), ""),
        headers=headers,
        text="\n".join(texts),
        html="\n".join(htmls),
        attachments=attachments,
    )


def _decoded_header(value: str) -> str:
    # The parser keeps bytes above 127 as lone surrogates.
    octets = re.sub(r"\r?\n(?=[ \t])", "", str(value)).encode("utf-8", "surrogateescape")
    unfolded = octets.decode("utf-8", "replace")
    try:
        return _encodable(str(make_header(decode_header(unfolded))))
    except (HeaderParseError, LookupError, ValueError):
        return unfolded


def _decoded_body(part: Message, body: bytes) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        text = body.decode(charset, "replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", "replace")
    return _encodable(text.replace("\r\n", "\n"))


def _encodable(text: str) -> str:
    # Some character sets (UTF-7) can express halves of surrogate pairs; UTF-8 cannot.
    return text.encode("utf-8", "replace").decode("utf-8")
