"""Error codes of the gateway: what is wrong with a request before any service sees it.

The HTTP status of each stands in `gateway/problems.py`, because kinds are coarser than statuses.
"""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

REQUEST_MALFORMED = ErrorCode(
    "gateway.request_malformed",
    Kind.INVALID_INPUT,
    "This is not a well-formed HTTP request ({reason}); correct the client that sent it.",
    "HTTP 请求格式不正确（{reason}），请检查客户端。",
)
REQUEST_SLOW = ErrorCode(
    "gateway.request_slow",
    Kind.INVALID_INPUT,
    "The request did not arrive within {seconds} seconds; send it again in one go.",
    "请求未能在 {seconds} 秒内完整送达，请重新发送。",
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
    "请使用 Content-Length 发送请求体，不支持分块传输。",
)
JSON_MALFORMED = ErrorCode(
    "gateway.json_malformed",
    Kind.INVALID_INPUT,
    "The body is not JSON that we take ({reason}); correct it.",
    "请求体不是可接受的 JSON（{reason}），请修改。",
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
    "There is nothing at this address; see /docs for those that exist.",
    "该地址不存在，请在 /docs 查看可用接口。",
)
METHOD_UNSUPPORTED = ErrorCode(
    "gateway.method_unsupported",
    Kind.INVALID_INPUT,
    "This address takes {allowed} only.",
    "该地址仅支持 {allowed}。",
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
    "Send If-Match with the ETag of what you read, so that no other change gets lost; where nothing"
    " is there yet, If-None-Match: *.",
    "请在 If-Match 中携带读取时的 ETag，以免覆盖他人修改；尚无内容时请携带 If-None-Match: *。",
)
IF_MATCH_MALFORMED = ErrorCode(
    "gateway.if_match_malformed",
    Kind.INVALID_INPUT,
    'If-Match takes one ETag exactly as it was given to you, such as "3", and not * or a list:'
    " read what you want to change and send the ETag of that answer.",
    'If-Match 只接受一个原样的 ETag（例如 "3"），不接受 * 或多个值：'
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
    "The access token is not valid (any more); refresh it or sign in again.",
    "访问令牌无效或已过期，请刷新令牌或重新登录。",
)
SCOPE_MISSING = ErrorCode(
    "gateway.scope_missing",
    Kind.PERMISSION_DENIED,
    "The access token lacks the scope {needed}; ask for a token that has it.",
    "访问令牌缺少权限范围 {needed}，请获取具有该范围的令牌。",
)
GATEWAY_BUSY = ErrorCode(
    "gateway.requests_too_many",
    Kind.UNAVAILABLE,
    "Too many requests are being answered at once; try again in {retry_after} seconds.",
    "当前请求过多，请在 {retry_after} 秒后重试。",
)
CALLER_BUSY = ErrorCode(
    "gateway.caller_requests_too_many",
    Kind.RATE_LIMITED,
    "Already {maximum} of your requests wait for an answer; try again in {retry_after} seconds.",
    "您已有 {maximum} 个请求正在等待处理，请在 {retry_after} 秒后重试。",
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
    "You ask too often; send this again in {retry_after} seconds.",
    "请求过于频繁，请在 {retry_after} 秒后重新发送。",
)
