"""What goes on in the demo when it opens."""

from dataclasses import dataclass

from tongxin.project.demo.stories import Line


@dataclass(frozen=True)
class Now:
    """A talk that is going on when the demo opens: it began ``ago`` minutes ago."""

    who: str
    ago: float
    lines: tuple[Line, ...]
    tags: tuple[str, ...] = ()
    owner: str = ""
    then: str = ""


GOING_ON = (
    Now(
        "mei",
        16,
        (
            (0, "in", "你好，昨天收到的紫砂壶，盖子碎了 😢"),
            (0.5, "file", "盖子.png"),
            (1, "in", "能换个新的壶盖吗？转人工吧"),
            (3, "note", "同批次已有 3 例壶盖破损，仓库在查。@李工 可以直接补发。"),
        ),
        ("换货", "破损"),
        "li",
    ),
    Now(
        "tom",
        9,
        (
            (0, "in", "Re: Invoice for order XM-20871 with VAT number"),
            (1, "in", "Could you send it again? I cannot find it."),
        ),
        ("invoice",),
        "li",
    ),
    Now("chenli", 6, ((0, "in", "收到的龙井和页面不一样，麻烦看一下"),), ("发错货",), "li"),
    Now("amelie", 3, ((0, "in", "Which teapot would suit a glass cup set?"),), (), "anna"),
    Now("v1", 2, ((0, "in", "在吗？想问一下有没有送礼用的包装"),)),
    Now(
        "v2",
        5,
        ((0, "in", "Hello, is anybody there? My parcel is late."), (2, "in", "agent please")),
    ),
    Now(
        "ouyang",
        40,
        (
            (0, "in", "周末茶艺课可以带孩子吗？孩子 8 岁，很喜欢泡茶"),
            (1, "in", "另外，上次买的茶针断了一根，能补一根吗？"),
        ),
        ("课程",),
    ),
    Now(
        "zhao",
        55,
        (
            (0, "in", "买十套送客户，有没有企业价？需要开增值税专用发票"),
            (9, "out", "您好，十套以上 9 折，可以开专票。请问什么时候需要？"),
            (30, "in", "下周五之前，麻烦给个报价单"),
        ),
        ("售前", "发票"),
        "wang",
    ),
    Now(
        "linxi",
        180,
        (
            (0, "in", "订单什么时候发货？"),
            (4, "out", "今天下午 5 点前发出，发出后会有短信通知您。"),
        ),
        ("物流",),
        "li",
    ),
    Now(
        "greta",
        300,
        (
            (
                0,
                "in",
                "Könnten Sie mir die Sendungsverfolgungsnummer für meine Bestellung zuschicken?",
            ),
            (12, "out", "Guten Tag! Natürlich: SF1234567890. Das Paket ist unterwegs."),
        ),
        ("shipping",),
        "anna",
    ),
    Now(
        "v4",
        240,
        ((0, "in", "Hier Hoffmann, vom Handy: SF1234567890 ist seit gestern unverändert."),),
    ),
    Now(
        "sun",
        700,
        (
            (0, "in", "我想等新款石瓢到货了再买，到货通知我一下"),
            (5, "out", "好的孙老师，预计下周三到货，到时第一时间联系您。"),
        ),
        ("售前",),
        "li",
        "snooze",
    ),
    Now(
        "yuki",
        900,
        (
            (0, "in", "Do you have the celadon cup in a smaller size?"),
            (20, "out", "We expect it next week. I will write to you then."),
        ),
        ("advice",),
        "li",
        "snooze_reply",
    ),
    Now(
        "heping",
        130,
        (
            (0, "in", "壶嘴有点堵，怎么清理？"),
            (3, "out", "用壶嘴针轻轻疏通，再用温水冲洗就好。"),
            (8, "in", "好了，谢谢"),
        ),
        ("养护",),
        "zhou",
        "resolve",
    ),
)
