"""The payer's side: a page with a button, and the same for programs."""

from collections.abc import Callable

from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.language import language_of
from sandbox.provider import payments, scripts
from sandbox.provider.courier import Courier
from sandbox.validation import Fields
from sandbox.web import ApiError, BoundedRequest, json_response, route

TEXTS = {
    "zh-CN": {
        "title": "沙盒支付",
        "notice": "开发测试用的支付平台，不会产生真实扣款。",
        "merchant": "商户",
        "order": "订单号",
        "pay": "确认支付",
        "pending": "等待付款",
        "paid": "支付成功",
        "closed": "订单已关闭，无法支付",
        "partially_refunded": "已部分退款",
        "refunded": "已退款",
        "other_language": "English",
    },
    "en": {
        "title": "Sandbox payment",
        "notice": "A payment platform for development. No real money moves.",
        "merchant": "Merchant",
        "order": "Order",
        "pay": "Pay now",
        "pending": "Waiting for payment",
        "paid": "Paid",
        "closed": "This payment is closed",
        "partially_refunded": "Partially refunded",
        "refunded": "Refunded",
        "other_language": "中文",
    },
}
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WITHOUT_MINOR_UNIT = {"JPY", "KRW", "VND"}


class PayerPages:
    """What opens when a buyer follows `pay_url`."""

    def __init__(
        self,
        database: Database,
        clock: BusinessClock,
        courier: Courier,
        page: Callable[..., Response],
    ) -> None:
        self._database = database
        self._clock = clock
        self._courier = courier
        self._page = page

    def routes(self) -> list[Rule]:
        """The routing table of /pay."""
        return [
            route("/pay/<provider_payment_id>", "GET", self.show),
            route("/pay/<provider_payment_id>", "POST", self.pay),
        ]

    def show(self, request: BoundedRequest, provider_payment_id: str) -> Response:
        """The payment as a page, with a button while it can be paid."""
        with self._database.transaction() as db:
            payment = payments.find_by_provider_id(db, provider_payment_id)
            state = payments.state_of(db, self._clock.now_ms(), payment)
        language = language_of(request)
        return self._page(
            "pay.html",
            language=language,
            texts=TEXTS[language],
            payment=payment,
            state=state,
            amount=format_amount(payment["amount"], payment["currency"]),
        )

    def pay(self, request: BoundedRequest, provider_payment_id: str) -> Response:
        """Pay; a JSON body may carry {"script": {...}}. Programs get JSON, browsers the page."""
        from_browser = request.mimetype == "application/x-www-form-urlencoded"
        script = None if from_browser else _script(request)
        with self._database.transaction() as db:
            payment = payments.find_by_provider_id(db, provider_payment_id)
            if script is not None:
                scripts.store(db, "payment", provider_payment_id, script)
            now_ms = self._clock.now_ms()
            try:
                payments.pay(db, now_ms, payment)
            except ApiError:
                if not from_browser:
                    raise
                # The page that follows shows why the button did nothing.
            state = payments.state_of(db, now_ms, payment)
        self._courier.wake()
        if from_browser:
            return redirect(f"/pay/{provider_payment_id}?lang={language_of(request)}", 303)
        return json_response({"state": state})


def _script(request: BoundedRequest) -> object | None:
    if not request.get_data():
        return None
    fields = Fields(request.document())
    script = fields.raw("script")
    fields.finish()
    return script


def format_amount(amount: int, currency: str) -> str:
    """Minor units as people read them, e.g. ¥3,000.00; unknown currencies by their code."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    if currency in WITHOUT_MINOR_UNIT:
        return f"{symbol}{amount:,}"
    return f"{symbol}{amount // 100:,}.{amount % 100:02d}"
