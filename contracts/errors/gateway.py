"""Error codes of the gateway: what is wrong with a request before any service sees it.

The HTTP status of each stands in `gateway/problems.py`, because kinds are coarser than statuses.
"""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

REQUEST_MALFORMED = ErrorCode(
    "gateway.request_malformed",
    Kind.INVALID_INPUT,
    "This is not a well-formed HTTP request ({reason:reason}[: {header}|]); correct the client that"
    " sent it.",
    "HTTP 请求格式不正确（{reason:reason}[：{header}|]），请检查客户端。",
)
REQUEST_SLOW = ErrorCode(
    "gateway.request_slow",
    Kind.INVALID_INPUT,
    "The request did not arrive within {seconds:seconds}; send it again in one go.",
    "请求未能在 {seconds:seconds}内完整送达，请重新发送。",
)
ADDRESS_TOO_LONG = ErrorCode(
    "gateway.address_too_long",
    Kind.INVALID_INPUT,
    "The address is longer than {maximum} bytes; shorten the query.",
    "请求地址超过 {maximum} 字节，请缩短查询参数。",
)
HEADERS_TOO_LARGE = ErrorCode(
    "gateway.headers_too_large",
    Kind.INVALID_INPUT,
    "The headers are larger than we take; send fewer or shorter ones.",
    "请求头过大，请减少或缩短请求头。",
)
BODY_TOO_LARGE = ErrorCode(
    "gateway.body_too_large",
    Kind.INVALID_INPUT,
    "The body may have at most {maximum} bytes here; send less.",
    "请求体不得超过 {maximum} 字节，请减少内容。",
)
LENGTH_MISSING = ErrorCode(
    "gateway.length_missing",
    Kind.INVALID_INPUT,
    "Send the body with a Content-Length instead of a transfer encoding.",
    "请使用 Content-Length 发送请求体，不支持其他传输编码。",
)
JSON_MALFORMED = ErrorCode(
    "gateway.json_malformed",
    Kind.INVALID_INPUT,
    "The body is not JSON that we take[ (line {line}, column {column})|]: {reason:reason}; correct"
    " it.",
    "请求体不是可接受的 JSON[（第 {line} 行第 {column} 列）|]：{reason:reason}，请修改。",
)
TEXT_MALFORMED = ErrorCode(
    "gateway.text_malformed",
    Kind.INVALID_INPUT,
    "The body is not UTF-8 text; save the file as UTF-8.",
    "请求体不是 UTF-8 文本，请另存为 UTF-8 编码。",
)
ROUTE_UNKNOWN = ErrorCode(
    "gateway.route_unknown",
    Kind.NOT_FOUND,
    "There is nothing at this address[; did you mean {did_you_mean}?|.] All that exist stand in"
    " /docs.",
    "该地址不存在[，您是否想访问 {did_you_mean}？|。]可用接口见 /docs。",
)
METHOD_UNSUPPORTED = ErrorCode(
    "gateway.method_unsupported",
    Kind.INVALID_INPUT,
    "This address takes {allowed} only; see /docs for what each does.",
    "该地址仅支持 {allowed}，各方法的用途见 /docs。",
)
ORIGIN_REFUSED = ErrorCode(
    "gateway.origin_not_allowed",
    Kind.PERMISSION_DENIED,
    "This origin may not call the API; the operator of this system allows it in the setting"
    ' COTERIE_CORS_ORIGINS, in development by "make up CORS=…".',
    '该来源的页面不允许调用；请系统运维人员在配置项 "COTERIE_CORS_ORIGINS" 中添加，'
    '开发环境可使用 "make up CORS=…"。',
)
CLOCK_REFUSED = ErrorCode(
    "gateway.clock_refused",
    Kind.RULE_VIOLATED,
    "Business time stays at {now} and only moves forward: send either by, a span such as 90s, 36h"
    " or 1w2d, or to, a later moment such as 2026-12-01T09:00 (UTC without an offset).",
    '业务时间仍为 {now}，只能向前调整：请发送 "by"（时长，例如 "90s"、"36h" 或 "1w2d"）'
    '或 "to"（更晚的时刻，例如 "2026-12-01T09:00"，不带时区时为 UTC），二者选一。',
)
ACCEPT_UNSUPPORTED = ErrorCode(
    "gateway.accept_unsupported",
    Kind.INVALID_INPUT,
    "The answer is {offered}; allow that in Accept.",
    "响应格式为 {offered}，请在 Accept 中允许。",
)
MEDIA_TYPE_UNSUPPORTED = ErrorCode(
    "gateway.media_type_unsupported",
    Kind.INVALID_INPUT,
    "The body has to be {expected}, in UTF-8 and without a content encoding.",
    "请求体须为 {expected}，使用 UTF-8 且不压缩。",
)
KEY_MISSING = ErrorCode(
    "gateway.idempotency_key_missing",
    Kind.INVALID_INPUT,
    'Send an Idempotency-Key, for example "8e03978e-40d5-43dd-bc93-6894a57f9324" (with the quotes);'
    " the rules stand in the guide for front ends.",
    '请携带 Idempotency-Key，例如 "8e03978e-40d5-43dd-bc93-6894a57f9324"（包含引号），'
    "规则见前端指南。",
)
KEY_MALFORMED = ErrorCode(
    "gateway.idempotency_key_malformed",
    Kind.INVALID_INPUT,
    "The Idempotency-Key has to be 1 to 255 printable ASCII characters in double quotes.",
    "Idempotency-Key 须为双引号内 1 至 255 个可打印 ASCII 字符。",
)
IF_MATCH_MISSING = ErrorCode(
    "gateway.if_match_missing",
    Kind.INVALID_INPUT,
    "Send If-Match with the ETag of what you read, so that no other change gets lost[; where"
    " nothing is there yet, {otherwise}|].",
    "请在 If-Match 中携带读取时的 ETag，以免覆盖他人修改[；尚无内容时请携带 {otherwise}|]。",
)
IF_MATCH_MALFORMED = ErrorCode(
    "gateway.if_match_malformed",
    Kind.INVALID_INPUT,
    'If-Match takes one ETag in its double quotes, exactly as it was given to you, such as "3"; it'
    " takes neither * nor a list: read what you want to change and send the ETag of that answer.",
    'If-Match 只接受一个原样的、带双引号的 ETag（例如 "3"），不接受 * 或多个值：'
    "请先读取要修改的内容，再发送该响应的 ETag。",
)
CURSOR_INVALID = ErrorCode(
    "gateway.cursor_invalid",
    Kind.INVALID_INPUT,
    "This cursor was not given to you for this list and filter; start again without a cursor.",
    "游标并非为您在此列表及筛选条件下生成，请不带游标重新开始。",
)
TOKEN_INVALID = ErrorCode(
    "gateway.token_invalid",
    Kind.UNAUTHENTICATED,
    "The access token has expired, or its session has ended; refresh it or sign in again.",
    "访问令牌已过期，或其登录会话已结束，请刷新令牌或重新登录。",
)
TOKEN_MALFORMED = ErrorCode(
    "gateway.token_malformed",
    Kind.UNAUTHENTICATED,
    "This is no access token: send the one that signing in gave you, whole and unchanged.",
    "这不是访问令牌，请原样发送登录时获得的完整访问令牌。",
)
TOKEN_SCHEME_WRONG = ErrorCode(
    "gateway.token_scheme_wrong",
    Kind.UNAUTHENTICATED,
    "This takes an access token, with the word Bearer and a blank before it: `Authorization: Bearer"
    " …`. Sign in if you have none.",
    "此处需要访问令牌，令牌之前须有 Bearer 和一个空格：`Authorization: Bearer …`。"
    "没有令牌请先登录。",
)
SCOPE_MISSING = ErrorCode(
    "gateway.scope_missing",
    Kind.PERMISSION_DENIED,
    "What you showed lacks the scope {needed}; use an access token or an API key that has it.",
    "当前凭证缺少权限范围 {needed}，请使用具有该范围的访问令牌或 API 密钥。",
)
API_KEY_MALFORMED = ErrorCode(
    "gateway.api_key_malformed",
    Kind.UNAUTHENTICATED,
    "This API key is not as we made it, a character is missing or wrong; copy it whole.",
    "API 密钥不完整或有错字，请完整复制后重试。",
)
API_KEY_UNKNOWN = ErrorCode(
    "gateway.api_key_unknown",
    Kind.UNAUTHENTICATED,
    "We know no such API key; check that it was made in this installation, or make a new one.",
    "没有这个 API 密钥，请确认它由本系统创建，或重新创建。",
)
API_KEY_REVOKED = ErrorCode(
    "gateway.api_key_revoked",
    Kind.UNAUTHENTICATED,
    "This API key was revoked; ask whoever gave it to you for a new one.",
    "该 API 密钥已被吊销，请向提供密钥的人索取新的密钥。",
)
API_KEY_EXPIRED = ErrorCode(
    "gateway.api_key_expired",
    Kind.UNAUTHENTICATED,
    "The time of this API key is over; ask whoever gave it to you for a new one.",
    "该 API 密钥已过期，请向提供密钥的人索取新的密钥。",
)
GATEWAY_BUSY = ErrorCode(
    "gateway.requests_too_many",
    Kind.UNAVAILABLE,
    "Too many requests are being answered at once; try again in {retry_after:seconds}.",
    "当前请求过多，请在 {retry_after:seconds}后重试。",
)
CALLER_BUSY = ErrorCode(
    "gateway.caller_requests_too_many",
    Kind.RATE_LIMITED,
    "Already {maximum} of your requests wait for an answer; try again in {retry_after:seconds}.",
    "您已有 {maximum} 个请求正在等待处理，请在 {retry_after:seconds}后重试。",
)
SOURCE_CONNECTIONS_MANY = ErrorCode(
    "gateway.source_connections_too_many",
    Kind.RATE_LIMITED,
    "Already {maximum} connections come from your address; use one of them, or close some and try"
    " again.",
    "您的地址已有 {maximum} 个连接，请复用现有连接，或关闭部分连接后重试。",
)
STREAMS_MANY = ErrorCode(
    "gateway.event_streams_too_many",
    Kind.RATE_LIMITED,
    "Already {maximum} streams of your events are open, one for each tab or device perhaps; close"
    " one of them and try again.",
    "您已打开 {maximum} 个事件流（可能来自不同的标签页或设备），请关闭其中一个后重试。",
)
RATE_LIMITED = ErrorCode(
    "gateway.rate_limited",
    Kind.RATE_LIMITED,
    "You ask too often; send this again in {retry_after:seconds}.",
    "请求过于频繁，请在 {retry_after:seconds}后重新发送。",
)
