"""The payer's side: a page with what can become of a payment, and the same for programs."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.language import language_of
from sandbox.provider import payments, scripts
from sandbox.provider.courier import Courier
from sandbox.validation import Fields, invalid
from sandbox.web import ApiError, BoundedRequest, json_response, route

TEXTS = {
    "zh-CN": {
        "title": "沙盒支付",
        "notice": "开发测试用的支付平台，不会产生真实扣款。",
        "deadline": "请在 {time} 前付款（中国标准时间）",
        "number": "付款单号",
        "paid_now": "支付成功",
        "fails": "支付失败",
        "gives_up": "取消",
        "told_later": "稍后通知",
        "told_later_hint": "“稍后通知”：付款成功，一分钟后才通知商户。",
        "back": "返回商户页面",
        "pending": "等待付款",
        "paid": "已付款",
        "closed": "已关闭，无法付款",
        "failed": "付款失败",
        "partially_refunded": "已部分退款",
        "refunded": "已退款",
        "other_language": "English",
    },
    "en": {
        "title": "Sandbox payment",
        "notice": "A payment platform for development. No real money moves.",
        "deadline": "Pay by {time} (China Standard Time)",
        "number": "Payment number",
        "paid_now": "Pay",
        "fails": "Fail",
        "gives_up": "Cancel",
        "told_later": "Pay, tell later",
        "told_later_hint": "“Tell later”: it is paid, and the merchant hears of it a minute later.",
        "back": "Back to the merchant",
        "pending": "Waiting for payment",
        "paid": "Paid",
        "closed": "Closed; it cannot be paid",
        "failed": "Failed",
        "partially_refunded": "Partially refunded",
        "refunded": "Refunded",
        "other_language": "中文",
    },
}
TIMES = {"zh-CN": "%Y年%m月%d日 %H:%M", "en": "%d %b %Y, %H:%M"}
CHINA = timezone(timedelta(hours=8))
LATER = {"callback_delay_ms": 60_000}
OUTCOMES = ("pay", "fail", "cancel", "later")
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
            route("/pay/<provider_payment_id>", "POST", self.decide),
        ]

    def show(self, request: BoundedRequest, provider_payment_id: str) -> Response:
        """The payment as a page: what can become of it while it is open, then the way back."""
        with self._database.transaction() as db:
            payment = payments.find_by_provider_id(db, provider_payment_id)
            state = payments.state_of(db, self._clock.now_ms(), payment)
            way_back = payments.way_back(db, payment, state)
        language = language_of(request)
        return self._page(
            "pay.html",
            language=language,
            texts=TEXTS[language],
            payment=payment,
            state=state,
            amount=format_amount(payment["amount"], payment["currency"]),
            deadline=format_deadline(payment["expires_ms"], language),
            way_back=way_back,
        )

    def decide(self, request: BoundedRequest, provider_payment_id: str) -> Response:
        """What the payer does: `pay`, `fail`, `cancel` or `later`.

        A JSON body may carry {"outcome", "script"}. Programs get JSON, browsers the page.
        """
        from_browser = request.mimetype == "application/x-www-form-urlencoded"
        outcome, script = _of_form(request) if from_browser else _of_json(request)
        with self._database.transaction() as db:
            payment = payments.find_by_provider_id(db, provider_payment_id)
            if script is not None:
                scripts.store(db, "payment", provider_payment_id, script)
            now_ms = self._clock.now_ms()
            try:
                _ACTS[outcome](db, now_ms, payment)
            except ApiError:
                if not from_browser:
                    raise
                # The page that follows shows why the button did nothing.
            payment = payments.find_by_provider_id(db, provider_payment_id)
            state = payments.state_of(db, now_ms, payment)
        self._courier.wake()
        if from_browser:
            return redirect(f"/pay/{provider_payment_id}?lang={language_of(request)}", 303)
        return json_response({"state": state})


_ACTS = {
    "pay": payments.pay,
    "later": payments.pay,
    "fail": payments.fail,
    "cancel": payments.give_up,
}


def _of_form(request: BoundedRequest) -> tuple[str, object | None]:
    outcome = request.form.get("outcome", "pay")
    if outcome not in OUTCOMES:
        raise invalid("outcome", f"must be one of {', '.join(OUTCOMES)}")
    return outcome, LATER if outcome == "later" else None


def _of_json(request: BoundedRequest) -> tuple[str, object | None]:
    if not request.get_data():
        return "pay", None
    fields = Fields(request.document())
    outcome = fields.choice("outcome", OUTCOMES) if "outcome" in fields else "pay"
    script = fields.raw("script")
    fields.finish()
    return outcome, LATER if outcome == "later" and script is None else script


def format_deadline(expires_ms: int | None, language: str) -> str | None:
    """Until when it can be paid, in China, where its payers are; None without an end."""
    if expires_ms is None:
        return None
    time = datetime.fromtimestamp(expires_ms / 1000, CHINA).strftime(TIMES[language])
    return TEXTS[language]["deadline"].format(time=time)


def format_amount(amount: int, currency: str) -> str:
    """Minor units as people read them, e.g. ¥3,000.00; unknown currencies by their code."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    if currency in WITHOUT_MINOR_UNIT:
        return f"{symbol}{amount:,}"
    return f"{symbol}{amount // 100:,}.{amount % 100:02d}"
