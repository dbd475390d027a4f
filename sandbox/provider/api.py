"""The merchants' HTTP API, /v1."""

import threading
from collections.abc import Callable
from datetime import date, datetime

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.provider import faults, merchants, payments, refunds, signing, statements
from sandbox.provider.courier import Courier
from sandbox.validation import IDENTIFIER, SHA256_HEX, Fields
from sandbox.web import ApiError, BoundedRequest, json_response, route

EPOCH = date(1970, 1, 2)


class MerchantApi:
    """Decode, call, encode; what a merchant may see is what carries its merchant_id."""

    def __init__(
        self,
        database: Database,
        clock: BusinessClock,
        courier: Courier,
        public_url: str | None,
        stopping: threading.Event,
    ) -> None:
        self._database = database
        self._clock = clock
        self._courier = courier
        self._public_url = public_url
        self._stopping = stopping

    def routes(self) -> list[Rule]:
        """The routing table of /v1."""
        return [
            route("/v1/certificates", "GET", self.certificates),
            route("/v1/merchants", "POST", self.register_merchant),
            route("/v1/merchants/<merchant_id>", "GET", self.get_merchant),
            route("/v1/payments", "POST", self.create_payment),
            route("/v1/payments/<out_trade_no>", "GET", self.get_payment),
            route("/v1/payments/<out_trade_no>/close", "POST", self.close_payment),
            route("/v1/refunds", "POST", self.create_refund),
            route("/v1/refunds/<out_refund_no>", "GET", self.get_refund),
            route("/v1/statements", "GET", self.get_statement),
        ]

    def certificates(self, request: BoundedRequest) -> Response:
        """The live public keys; open to everyone."""
        with self._database.transaction() as db:
            return json_response({"certificates": signing.certificates(db)})

    def register_merchant(self, request: BoundedRequest) -> Response:
        """Make a merchant account or change its key; for development, open to everyone."""
        fields = Fields(request.document())
        merchant_id = fields.matching("merchant_id", IDENTIFIER)
        api_key_sha256 = fields.matching("api_key_sha256", SHA256_HEX)
        fields.finish()
        with self._database.transaction() as db:
            is_new = merchants.register(db, merchant_id, api_key_sha256)
        return json_response({"merchant_id": merchant_id}, 201 if is_new else 200)

    def get_merchant(self, request: BoundedRequest, merchant_id: str) -> Response:
        """Whether the key is this merchant's, without anything else being asked."""
        with self._database.transaction() as db:
            mine = merchants.authenticate(db, request.headers.get("Authorization"))
        if merchant_id != mine:
            raise ApiError(404, "merchant_not_found", "the key is another merchant's")
        return json_response({"merchant_id": merchant_id})

    def create_payment(self, request: BoundedRequest) -> Response:
        """201 when made, 200 with the same payment when it was there."""

        def call(merchant_id: str) -> Response:
            new = payments.NewPayment.parse(request.document())
            now_ms = self._clock.now_ms()
            with self._database.transaction() as db:
                payment, is_new = payments.create(db, now_ms, merchant_id, new)
                view = payments.view(db, now_ms, payment, self._base_url(request))
            return json_response(view, 201 if is_new else 200)

        return self._answer(request, "create", call)

    def get_payment(self, request: BoundedRequest, out_trade_no: str) -> Response:
        """The payment as it stands."""

        def call(merchant_id: str) -> Response:
            now_ms = self._clock.now_ms()
            with self._database.transaction() as db:
                payment = payments.find(db, merchant_id, out_trade_no)
                return json_response(payments.view(db, now_ms, payment, self._base_url(request)))

        return self._answer(request, "query", call)

    def close_payment(self, request: BoundedRequest, out_trade_no: str) -> Response:
        """Close an unpaid payment."""

        def call(merchant_id: str) -> Response:
            now_ms = self._clock.now_ms()
            with self._database.transaction() as db:
                payment = payments.find(db, merchant_id, out_trade_no)
                payments.close(db, now_ms, payment)
                payment = payments.find(db, merchant_id, out_trade_no)
                return json_response(payments.view(db, now_ms, payment, self._base_url(request)))

        return self._answer(request, "close", call)

    def create_refund(self, request: BoundedRequest) -> Response:
        """201 when accepted, 200 with the same refund when it was there."""

        def call(merchant_id: str) -> Response:
            new = refunds.NewRefund.parse(request.document())
            with self._database.transaction() as db:
                refund, is_new = refunds.accept(db, self._clock.now_ms(), merchant_id, new)
                view = refunds.view(db, refund)
            self._courier.wake()
            return json_response(view, 201 if is_new else 200)

        return self._answer(request, "refund", call)

    def get_refund(self, request: BoundedRequest, out_refund_no: str) -> Response:
        """The refund as it stands."""

        def call(merchant_id: str) -> Response:
            with self._database.transaction() as db:
                return json_response(refunds.view(db, refunds.find(db, merchant_id, out_refund_no)))

        return self._answer(request, "query", call)

    def get_statement(self, request: BoundedRequest) -> Response:
        """The statement of `?date=YYYY-MM-DD` as CSV."""
        try:
            day = datetime.strptime(request.args.get("date", ""), "%Y-%m-%d").date()
        except ValueError as error:
            raise ApiError(422, "invalid_field", "date must be YYYY-MM-DD") from error
        if not EPOCH <= day < date.max:
            raise ApiError(422, "invalid_field", "date is out of range")
        with self._database.transaction() as db:
            merchant_id = merchants.authenticate(db, request.headers.get("Authorization"))
            text = statements.statement(db, merchant_id, day)
        return Response(text, content_type="text/csv; charset=utf-8")

    def _answer(
        self, request: BoundedRequest, operation: str, call: Callable[[str], Response]
    ) -> Response:
        """Authenticate, then call: honestly, or through the fault that is scripted for it."""
        with self._database.transaction() as db:
            merchant_id = merchants.authenticate(db, request.headers.get("Authorization"))
            fault = faults.take(db, self._clock.now_ms(), merchant_id, operation)
        if fault is None:
            return call(merchant_id)
        return faults.apply(fault, lambda: call(merchant_id), self._stopping)

    def _base_url(self, request: BoundedRequest) -> str:
        return self._public_url or request.host_url.rstrip("/")
