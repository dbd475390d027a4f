"""What a value should look like, and why a body or a request cannot be read."""

# `params.expected` of `field.type` and `field.format`; in Chinese none begins with Latin letters or
# digits, as no blank stands before it.
EXPECTED: dict[str, tuple[str, str]] = {
    "string": ("a text in double quotes", "双引号内的文本"),
    "integer": ("a whole number without quotes", "不带引号的整数"),
    "number": ("a number without quotes", "不带引号的数字"),
    "boolean": ("true or false without quotes", "不带引号的 true 或 false"),
    "boolean_parameter": ("true or false, in small letters", "小写的 true 或 false"),
    "integer_parameter": ("a whole number", "整数"),
    "array": ("a list: […]", "列表：[…]"),
    "object": ("an object: {…}", "对象：{…}"),
    "list": ("a list of texts", "文本列表"),
    "text": ("a text", "文本"),
    "text_number_or_list": (
        "a text, a number or a list of texts",
        "文本、数字或文本列表",
    ),
    "email": ("an e-mail address such as name@example.com", "邮箱地址，例如 name@example.com"),
    "time_zone": (
        "an IANA time zone such as Asia/Shanghai",
        "时区名称（IANA），例如 Asia/Shanghai",
    ),
    "percentage": (
        'a percentage with two places, as text: "10.00" is ten per cent',
        '带两位小数的百分数文本："10.00" 表示百分之十',
    ),
    "currency": ("an ISO 4217 code such as CNY", "货币代码（ISO 4217），例如 CNY"),
    "kind": ("a kind: small letters and _", "类别：小写字母和下划线"),
    "question_key": (
        "a question's key: small letters, digits and _, such as city",
        "问题的键：小写字母、数字和下划线，例如 city",
    ),
    "reason_code": (
        "a reason's code: small letters, digits and _",
        "原因的代码：小写字母、数字和下划线",
    ),
    "source": (
        "a code of up to 40 letters, digits, _ and -",
        "不超过 40 个字符的代码，由字母、数字、下划线和连字符组成",
    ),
    "profile_field": (
        "a field of profiles: small letters, digits and _, such as city",
        "资料字段：小写字母、数字和下划线，例如 city",
    ),
    "mobile_number": (
        "a mobile number with its country such as +8613800138000",
        "带国家代码的手机号，例如 +8613800138000",
    ),
    "phone_number": (
        "a phone number with its country such as +8613800138000",
        "带国家代码的电话号码，例如 +8613800138000",
    ),
    "way_name": (
        "the name of a way to sign in, such as wechat-website",
        "登录方式的名称，例如 wechat-website",
    ),
    "https_address": (
        "an address that begins with https://, in ASCII",
        "以 https:// 开头的地址（仅 ASCII 字符）",
    ),
    "object_address": (
        "an https address with {id} in it, such as https://club.example.com/orders/{id}",
        "含 {id} 的 https 地址，例如 https://club.example.com/orders/{id}",
    ),
    "link": (
        "the address of a page, such as https://example.com/page",
        "网页地址，例如 https://example.com/page",
    ),
    "provider_code": ("the code that the provider sent along", "登录平台返回的授权码"),
    "provider_state": ("the state that the provider sent along", "登录平台带回的登录状态值"),
    "browser_secret": (
        "the browser secret that the start of the sign-in answered",
        "发起登录时返回的浏览器密钥",
    ),
    "request_id": (
        "a request id: 8 to 64 letters, digits, _ and -, such as checkout-0001",
        "请求编号：8 至 64 个字母、数字、下划线或连字符，例如 checkout-0001",
    ),
    "member_number": ("a whole number from 1 to 999999999", "整数，取值 1 至 999999999"),
    "month": ("a month such as 2026-11", "月份，例如 2026-11"),
    "sha256": ("a SHA-256 in hex", "十六进制的 SHA-256 摘要"),
    "eight_digits": ("eight digits", "八位数字"),
    "short_name": (
        "a short name: 3 to 40 small letters, digits and -, such as doctors",
        "短名称：3 至 40 个小写字母、数字和连字符，例如 doctors",
    ),
    "host": (
        "a host in ASCII such as club.example.com",
        "域名（仅 ASCII 字符），例如 club.example.com",
    ),
    "merchant_id": (
        "a merchant id: 3 to 64 letters, digits, _ and -",
        "商户号：3 至 64 个字母、数字、下划线或连字符",
    ),
    "secret_name": (
        "the name of a secret: small letters, digits, _ and -",
        "密钥名称：小写字母、数字、下划线或连字符",
    ),
    "reference_start": (
        "the first of a reference's 8 letters and digits",
        "转账附言的前几位字母或数字",
    ),
    "base64": ("base64", "采用 base64 编码的数据"),
    "text_as_base64": ("UTF-8 text as base64", "以 base64 编码的 UTF-8 文本"),
    "utf8": ("UTF-8", "采用 UTF-8 编码的文本"),
    "position": ("a position given as `next`", "由 `next` 给出的位置"),
    "instant": (
        "a time with its zone such as 2026-11-21T08:00:00Z (1970–2199)",
        "带时区的时间，例如 2026-11-21T08:00:00Z（1970–2199）",
    ),
    "day": ("a day such as 2026-11-21", "日期，例如 2026-11-21"),
}

# Why a body is no JSON that is taken; the place stands beside it.
BODIES: dict[str, tuple[str, str]] = {
    "json_property_name": (
        "a property name in double quotes is expected",
        "此处应为双引号内的属性名",
    ),
    "json_value": ("a value is expected", "此处应为一个值"),
    "json_colon": ("a colon is expected after the property name", "属性名之后应为冒号"),
    "json_comma": ("a comma, or the end of list or object, is expected", "此处应为逗号或结束括号"),
    "json_trailing_comma": ("a comma stands before the end", "结束括号之前多了一个逗号"),
    "json_text_open": ("a text is not closed by a double quote", "文本缺少结尾的双引号"),
    "json_control_character": (
        "a control character stands in a text; write a line end as \\n",
        "文本中含有控制字符，换行请写作 \\n",
    ),
    "json_escape": (
        "an escape after \\ is not one of JSON's",
        "\\ 之后的转义字符无效",
    ),
    "json_more": ("something follows after the end of the document", "文档结束之后还有多余内容"),
    "json_key_twice": ("an object has the same key twice", "同一对象中有重复的键"),
    "json_constant": ("NaN and Infinity are not JSON", "NaN 和 Infinity 不是 JSON"),
    "json_number_large": ("a number is too large", "数字过大"),
    "json_deep": ("it is nested more than 20 levels deep", "嵌套超过 20 层"),
    "json_half_surrogate": ("a \\u escape is half of a character", "\\u 转义只有半个字符"),
    "not_utf8": ("it is not UTF-8", "不是 UTF-8 编码"),
}

# Why a request is no HTTP that is taken.
REASONS: dict[str, tuple[str, str]] = {
    "line_end": ("a line ends without CR", "有一行缺少 CR 结尾"),
    "request_line": ("its first line", "首行"),
    "header_line": ("a line of its headers", "请求头中有一行有误"),
    "header_twice": ("a header that may stand once stands twice", "有请求头重复出现"),
    "content_length": ("its Content-Length", "Content-Length 有误"),
    "host_missing": ("it names no Host", "缺少 Host"),
    "body_short": ("the body is shorter than announced", "请求体短于声明的长度"),
    "query": ("the part after the question mark of the address", "地址中问号之后的部分有误"),
}
