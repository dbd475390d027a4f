"""SMS by an HTTP gateway of the operator's: one POST for each message.

    POST <COTERIE_SMS_URL>
    Authorization: Bearer <COTERIE_SMS_KEY>
    {"id": "evt_…", "to": "+8613…", "type": "phone_code", "locale": "zh-CN",
     "code": "1234 5678", "text": "…"}

2xx: it was taken; the same `id` may come again and is to be sent once. 408, 425 and 429, any 5xx
and silence: tried again; after three silences in a row (502 to 504 are such, too) all messages wait
for five seconds, so that codes by mail do not wait behind them. Any other 4xx: this number never
gets it. Providers differ in signatures and let only registered templates through (`type` and `code`
fill one), so what stands behind the address is the operator's few lines for theirs
(docs/guides/sign-in.md); the sandbox has its own.
"""

import json
import threading
from collections.abc import Callable

from chassis.bounded_http import BoundedHttp, PartnerSilent
from chassis.partners import LEFT_ALONE_SECONDS, Partner, PartnerNotAsked
from services.notifications.adapters.channels import (
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryWithheld,
    Notice,
)

_TRY_LATER = (408, 425, 429)


class SmsChannel:
    """The channel `sms`: the title of a message is its code, its paragraphs are the text."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connections = threading.local()
        self._partner = Partner()

    def send(self, notice: Notice, may_send: Callable[[], bool]) -> None:
        if not self._url:
            raise DeliveryRefused("no gateway for messages to phones is set")
        text = notice.words.text
        if notice.lead is not None and notice.lead.page is not None:
            text = f"{text}\n{notice.lead.page}"
        body = {
            "id": notice.id,
            "to": notice.reader.phone,
            "type": notice.type,
            "locale": notice.reader.locale,
            "code": notice.words.title,
            "text": text,
        }
        try:
            with self._partner.turn():
                if not may_send():
                    raise DeliveryWithheld
                answer = self._http().call(
                    "POST", self._url, headers=self._headers, body=json.dumps(body).encode()
                )
        except PartnerNotAsked:
            raise DeliveryWithheld(LEFT_ALONE_SECONDS) from None
        except PartnerSilent as problem:
            raise DeliveryPostponed(str(problem).partition(": ")[2] or "no answer") from None
        if answer.status in _TRY_LATER:
            raise DeliveryPostponed(f"status {answer.status}")
        if answer.status >= 300:
            raise DeliveryRefused(f"status {answer.status}")

    def rest(self, *, all: bool) -> None:
        """Connections are the library's, which gives up idle ones by itself."""

    def _http(self) -> BoundedHttp:
        """Each thread its own: a session is not made for several."""
        http: BoundedHttp | None = getattr(self._connections, "http", None)
        if http is None:
            http = self._connections.http = BoundedHttp("")
        return http
