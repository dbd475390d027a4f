"""RapiDoc as we serve it: a few of its places mended, and its fixed words in Chinese, for which it
has no setting.

Each is a piece of its one file, exactly as it stands there, and what stands there instead. A piece
that is gone after an upgrade is an error at the first request, and in the tests.
"""

from pathlib import Path

from openapi_ui_bundles import rapidoc

FILE = Path(rapidoc.static_path) / "rapidoc-min.js"

# Ways to sign in under their own names, where two of them are "HTTP Bearer"; on a phone they stand
# in the line instead of upon what is above.
_MENDED = {
    '"HTTP Bearer"': "e.securitySchemeId",
    '<div style="position:absolute; top:3px; right:2px; font-size:var(--font-size-small);': (
        '<div style="position:${"view"===this.renderStyle?"relative":"absolute"}; top:3px; '
        "right:2px; font-size:var(--font-size-small);"
    ),
    "display:flex; min-width:350px; max-width:700px;": "display:flex; max-width:700px;",
}

_CHINESE = {
    # the list of operations, and the search
    "placeholder = 'Filter'": "placeholder = '筛选' aria-label='筛选'",
    'placeholder = "Filter"': 'placeholder = "筛选" aria-label="筛选"',
    "'>\n                SEARCH\n": "'>\n                搜索\n",
    "'>\n                    CLEAR\n": "'>\n                    清除\n",
    "> OPERATIONS <": "> 操作 <",
    "title='Expand all'": "title='全部展开'",
    "title='Collapse all'": "title='全部折叠'",
    "\n            Expand all\n": "\n            全部展开\n",
    "\n            Collapse all\n": "\n            全部折叠\n",
    "&nbsp; sections\n": "\n",
    'heading="Search"': 'heading="搜索"',
    'placeholder="search text..."': 'placeholder="搜索内容" aria-label="搜索内容"',
    "> API Path <": "> 路径 <",
    "> API Description <": "> 接口说明 <",
    "> API Parameters <": "> 参数 <",
    "> Request Body Parameters <": "> 请求体字段 <",
    "> Response Description <": "> 响应说明 <",
    # what is asked
    '"CALLBACK REQUEST":"REQUEST"': '"回调请求":"请求"',
    '"PATH PARAMETERS"': '"路径参数"',
    '"QUERY-STRING PARAMETERS"': '"查询参数"',
    '"REQUEST HEADERS"': '"请求头"',
    "REQUEST BODY $": "请求体 $",
    ">EXAMPLE<": ">示例<",
    ">EXAMPLE <": ">示例<",
    ">SCHEMA<": ">结构<",
    '"Example "+ ++h': '"示例 "+ ++h',
    ">Pattern: <": ">格式：<",
    ">Examples: <": ">示例：<",
    ">Default: <": ">默认值：<",
    ">Allowed: <": ">可选值：<",
    '"Value":"Allowed"}: <': '"取值":"可选值"}：<',
    ">Constraints: <": ">约束：<",
    '"Single line description":"Multiline description"': '"说明只显示一行":"显示完整说明"',
    "> Field <": "> 字段 <",
    "> Type <": "> 类型 <",
    "> Description <": "> 说明 <",
    "`Min ${e.minimum}`": "`最小 ${e.minimum}`",
    "`More than ${": "`大于 ${",
    "Max ${e.maximum}`": "最大 ${e.maximum}`",
    "Less than ${": "小于 ${",
    "${e.minLength} to ${e.maxLength} chars`": "${e.minLength} 至 ${e.maxLength} 个字符`",
    "Min ${e.minLength} chars`": "至少 ${e.minLength} 个字符`",
    '`Max ${r?"┃":""}${e.maxLength} chars`': '`${r?"┃":""}至多 ${e.maxLength} 个字符`',
    "<b>Min Items:</b>": "<b>至少项数：</b>",
    "<b>Max Items:</b>": "<b>至多项数：</b>",
    # who asks, and the buttons
    "Requires <b>all</b> of the following": "需同时提供：",
    ":q`Requires`}": ":q`需`}",
    "<b>Required scopes:</b>": "<b>密钥需有权限：</b>",
    '"Bearer Token"} in <b>Authorization header</b>': '"令牌"}，放在 <b>Authorization</b> 头中',
    "> OR <": "> 或 <",
    ">API Server<": ">服务器<",
    ">Authentication<": ">身份<",
    '>Required  <span style="color:var(--red)">(None Applied)<': (
        '>需要登录 <span style="color:var(--red)">（尚未登录）<'
    ),
    "} in ${this.api_keys[0].in}`:`${this.api_keys.length} API keys applied`}": (
        "}，见 ${this.api_keys[0].in}`:`已填 ${this.api_keys.length} 项`}"
    ),
    "> Not Required <": "> 无需登录 <",
    "Fills with example data (if provided)": "填入示例数据",
    "\n              FILL EXAMPLE\n": "\n              填入示例\n",
    "\n              CLEAR\n": "\n              清空\n",
    ">TRY<": ">试用<",
    # what is answered
    '"CALLBACK RESPONSE":"RESPONSE"': '"回调响应":"响应"',
    "> RESPONSE<": "> 响应<",
    ">RESPONSE HEADERS<": ">响应头<",
    "> RESPONSE HEADERS<": "> 响应头<",
    ">CLEAR RESPONSE<": ">清除响应<",
    "> Took ${Math.round(a-o)} milliseconds <": "> 用时 ${Math.round(a-o)} 毫秒 <",
    "Response Status: ": "响应状态：",
    "> No example provided <": "> 没有示例 <",
    "'response examples'": "'响应示例'",
    '"Copied"': '"已复制"',
    '"Copy"': '"复制"',
    "> Copy <": "> 复制 <",
}


def script(*, chinese: bool) -> bytes:
    """The file, in English or in Chinese. Raises LookupError when it has other pieces."""
    text = FILE.read_text("utf-8")
    for piece, instead in {**_MENDED, **(_CHINESE if chinese else {})}.items():
        if piece not in text:
            raise LookupError(f"not in this version of RapiDoc: {piece}")
        text = text.replace(piece, instead)
    return text.encode()
