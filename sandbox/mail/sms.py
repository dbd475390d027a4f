"""Messages for phones: taken over HTTP as an operator's gateway takes them, shown in the inbox."""

import re
from email.header import Header
from email.mime.text import MIMEText

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.mail import inbox
from sandbox.validation import Fields
from sandbox.web import ApiError, BoundedRequest, json_response, route

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# A number that asks to be refused for ever, or for now.
REFUSED, POSTPONED = "000550", "000451"
MOST_CHARACTERS = 500


class SmsGateway:
    """Delivers nothing; whoever has any key may send."""

    def __init__(self, database: Database, clock: BusinessClock) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[Rule]:
        return [route("/sms", "POST", self.send)]

    def send(self, request: BoundedRequest) -> Response:
        """202 when it is on disk."""
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            raise ApiError(401, "unauthorized", "a bearer key is missing")
        fields = Fields(request.document())
        to = fields.matching("to", NUMBER)
        told = {name: fields.matching(name, WORD) for name in ("id", "type", "locale")}
        subject = fields.text("code", max_length=MOST_CHARACTERS)
        text = fields.text("text", max_length=MOST_CHARACTERS)
        fields.finish()
        if to.endswith(REFUSED):
            raise ApiError(422, "refused", "refused as the number asks")
        if to.endswith(POSTPONED):
            raise ApiError(503, "postponed", "postponed as the number asks")
        message = MIMEText(text, "plain", "utf-8")
        message["To"] = to
        message["From"] = "SMS"
        message["Subject"] = Header(subject, "utf-8").encode()
        message["Message-ID"] = f"<{told['id']}@sms>"
        message["X-Coterie-Type"] = told["type"]
        message["Content-Language"] = told["locale"]
        with self._database.transaction() as db:
            inbox.store(db, self._clock.now_ms(), "SMS", [to], message.as_bytes())
        return json_response({"id": told["id"]}, 202)
