"""The control plane for tests and demonstrations; open to everyone who can reach the port."""

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.database import Database
from sandbox.provider import faults, journal, scripts, signing
from sandbox.provider.schema import RESET_TABLES
from sandbox.validation import IDENTIFIER, invalid
from sandbox.web import ApiError, BoundedRequest, json_response, query_integer, route

MAX_JOURNAL_PAGE = 1000


class ControlPlane:
    """Scripts, faults, keys, and the journal as a second witness."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Rule]:
        """The routing table of /control."""
        return [
            route("/control/scripts/<out_trade_no>", "PUT", self.put_script),
            route("/control/scripts/default/<merchant_id>", "PUT", self.put_default_script),
            route("/control/faults", "PUT", self.put_fault),
            route("/control/rotate-key", "POST", self.rotate_key),
            route("/control/journal", "GET", self.get_journal),
            route("/control/totals", "GET", self.get_totals),
            route("/control", "DELETE", self.reset),
        ]

    def put_script(self, request: BoundedRequest, out_trade_no: str) -> Response:
        """Script a payment by its number, before or after it is made."""
        return self._put_script(request, "trade", "out_trade_no", out_trade_no)

    def put_default_script(self, request: BoundedRequest, merchant_id: str) -> Response:
        """Script all payments of a merchant."""
        return self._put_script(request, "merchant", "merchant_id", merchant_id)

    def _put_script(
        self, request: BoundedRequest, scope: scripts.Scope, name: str, key: str
    ) -> Response:
        if not IDENTIFIER.fullmatch(key):
            raise invalid(name, f"must match {IDENTIFIER.pattern}")
        document = request.document()
        with self._database.transaction() as db:
            scripts.store(db, scope, key, document)
        return json_response(document)

    def put_fault(self, request: BoundedRequest) -> Response:
        """Make the next API calls of a merchant go wrong."""
        document = request.document()
        fault = faults.Fault.parse(document)
        with self._database.transaction() as db:
            faults.store(db, fault)
        return json_response(document)

    def rotate_key(self, request: BoundedRequest) -> Response:
        """Sign callbacks with a new key from now on."""
        with self._database.transaction() as db:
            return json_response({"serial": signing.rotate_key(db)}, 201)

    def get_journal(self, request: BoundedRequest) -> Response:
        """Entries after `?after=`, oldest first, of one merchant or of all."""
        after = query_integer(request, "after", 0, 2**62, default=0)
        limit = query_integer(request, "limit", 1, MAX_JOURNAL_PAGE, default=journal.PAGE_SIZE)
        with self._database.transaction() as db:
            return json_response(journal.page(db, request.args.get("merchant_id"), after, limit))

    def get_totals(self, request: BoundedRequest) -> Response:
        """What `?merchant_id=` took and gave back."""
        merchant_id = request.args.get("merchant_id")
        if not merchant_id:
            raise ApiError(422, "invalid_field", "merchant_id must be given")
        with self._database.transaction() as db:
            return json_response(journal.totals(db, merchant_id))

    def reset(self, request: BoundedRequest) -> Response:
        """Forget everything but the signing keys; cursors and ids go on upwards."""
        with self._database.transaction() as db:
            for table in RESET_TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from a constant
        return Response(status=204)
