"""Error codes of the membership service about uploads."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

UPLOAD_TOO_LARGE = ErrorCode(
    "membership.upload_too_large",
    Kind.INVALID_INPUT,
    "For this purpose a file has at most {maximum:size}; send a smaller one.",
    "此用途的文件最大为 {maximum:size}，请压缩或换用更小的文件。",
)
UPLOAD_QUOTA_USED_UP = ErrorCode(
    "membership.upload_quota_used_up",
    Kind.RULE_VIOLATED,
    "Your files have {maximum:size} together at most; remove one; unused files are deleted after a"
    " day.",
    "您的文件合计最多 {maximum:size}；请删除一些文件，未使用的文件一天后会自动清除。",
)
UPLOAD_QUOTA_THERE_USED_UP = ErrorCode(
    "membership.upload_quota_there_used_up",
    Kind.RULE_VIOLATED,
    "Your files for one community have {maximum:size} together at most; remove one; unused files"
    " are deleted after a day.",
    "您在同一社群的文件合计最多 {maximum:size}；请删除一些文件，未使用的文件一天后会自动清除。",
)
UPLOAD_COMMUNITY_QUOTA_USED_UP = ErrorCode(
    "membership.upload_community_quota_used_up",
    Kind.RULE_VIOLATED,
    "For this purpose a community's files have {maximum:size} together at most; try again later;"
    " unused files are deleted after a day.",
    "该社群此用途的文件合计最多 {maximum:size}；请稍后再试，未使用的文件一天后会自动清除。",
)
UPLOAD_TYPE_WRONG = ErrorCode(
    "membership.upload_type_wrong",
    Kind.INVALID_INPUT,
    "The file is not of the type {declared}; start again with its real type.",
    "发送的内容不是 {declared}，请按文件的实际类型重新上传。",
)
UPLOAD_PART_UNEXPECTED = ErrorCode(
    "membership.upload_part_unexpected",
    Kind.CONFLICT,
    "Part {expected} of {parts} is to come next; send the parts in order.",
    "接下来应发送第 {expected} 个分段（共 {parts} 个），请按顺序发送。",
)
UPLOAD_PART_DIFFERS = ErrorCode(
    "membership.upload_part_differs",
    Kind.CONFLICT,
    "This part came already with other bytes; remove the file and send it anew.",
    "该分段已收到且内容不同，请删除此文件后重新上传。",
)
UPLOAD_PART_SIZE_WRONG = ErrorCode(
    "membership.upload_part_size_wrong",
    Kind.INVALID_INPUT,
    "This part has {expected} bytes, as the size of the file says; send exactly so many.",
    "根据文件大小，该分段应为 {expected} 字节，请按此大小发送。",
)
UPLOAD_WRONG_STATE = ErrorCode(
    "membership.upload_wrong_state",
    Kind.CONFLICT,
    "The file is {current_state:upload}; send its missing parts, or wait until it is no longer"
    " in use.",
    "文件当前状态为“{current_state:upload}”；请补齐缺少的分段，或等待其不再被使用。",
)
