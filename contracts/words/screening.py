"""What screening rules found, in sentences for reviewers; in both languages, by kind of rule."""

FOUND: dict[str, tuple[str, str]] = {
    "answer_in_list": (
        "The answer to “{question}” is one of the listed ones.",
        "“{question}”的回答在指定列表中。",
    ),
    "number_within": (
        "The answer to “{question}” is between {minimum} and {maximum}.",
        "“{question}”的回答在 {minimum} 至 {maximum} 之间。",
    ),
    "text_at_least": (
        "The answer to “{question}” has {characters} characters or more.",
        "“{question}”的回答不少于 {characters} 个字符。",
    ),
    "introduction_below": (
        "The introduction is below {score} of 100.",
        "自我介绍完整度低于 {score}（满分 100）。",
    ),
    "share_over": (
        "More than {percent} % of the members have the same {label:field}.",
        "超过 {percent}% 的会员{label:field}相同。",
    ),
    "duplicate_key": (
        "Somebody else gave the same answer to “{question}”.",
        "“{question}”的回答与他人的申请相同。",
    ),
    "similar_name": (
        "Somebody here has the same name, or one with the same pinyin.",
        "社群中有同名或拼音相同的人。",
    ),
    "blocked_key": (
        "[The answer to “{question}” is on the block list.|"
        "The name is like one on the block list.]",
        "[“{question}”的回答在黑名单中。|姓名与黑名单中的姓名相同或拼音相同。]",
    ),
}
