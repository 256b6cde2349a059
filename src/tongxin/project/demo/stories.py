"""What is said in the demo. Each line: minutes since the line before, who or what, and the words."""

from dataclasses import dataclass

Line = tuple[float, str, str]


@dataclass(frozen=True)
class Story:
    """A talk from its first word to its end; ``score`` and ``solved`` are the rating (0: none)."""

    lines: tuple[Line, ...]
    tags: tuple[str, ...] = ()
    score: int = 0
    solved: bool = True
    comment: str = ""


CHINESE = (
    Story(
        (
            (0, "in", "你好，我的订单 XM-20871 三天没有物流更新了"),
            (3, "out", "您好，正在为您查询，请稍等 🙏"),
            (4, "note", "顺丰说分拨中心积压，预计明天派送。"),
            (
                2,
                "out",
                "包裹在杭州分拨中心，受天气影响延误，预计明天下午送达。给您带来不便，非常抱歉。",
            ),
            (6, "in", "好的，谢谢，我等等看"),
        ),
        ("物流",),
        5,
        comment="回复很快，态度也好。",
    ),
    Story(
        (
            (0, "in", "紫砂壶第一次用要怎么开壶？"),
            (
                2,
                "out",
                "您好！新壶先用温水冲净，再用沸水煮 20 分钟，自然放凉后用您常喝的茶汤浸泡一晚即可。",
            ),
            (1, "out", "建议**一壶侍一茶**，不要用洗洁精哦。"),
            (5, "in", "明白了，谢谢！"),
        ),
        ("养护",),
        5,
    ),
    Story(
        (
            (0, "in", "买的盖碗到货有裂纹，能退款吗？"),
            (1, "in", "照片稍后发你"),
            (8, "out", "非常抱歉！签收 7 天内破损可以免费换货或全额退款，您更希望哪一种？"),
            (3, "in", "退款吧"),
            (5, "out", "好的，退款 ¥128 已提交，1–3 个工作日原路退回。"),
            (2, "note", "本周第 3 例盖碗裂纹，已反馈仓库检查包装。"),
            (30, "in", "收到了，谢谢"),
        ),
        ("退款", "破损"),
        4,
        comment="希望包装再结实一点。",
    ),
    Story(
        (
            (0, "in", "想给父母选一套茶具，预算 500 左右，他们喝普洱"),
            (
                4,
                "out",
                "您好！喝普洱推荐石瓢 200 ml（¥320）配两只品茗杯（¥96），保温好、出水利落。",
            ),
            (3, "in", "可以刻字吗？"),
            (2, "out", "可以的，免费刻 8 个字以内，制作需要 3 天。"),
            (9, "in", "好，我晚上下单"),
        ),
        ("售前",),
        5,
    ),
    Story(
        (
            (0, "in", "发票抬头开错了，可以重开吗"),
            (12, "out", "可以的，请把正确的抬头和税号发给我们。"),
            (4, "in", "杭州清和文化有限公司 91330100MA2XXXXX1X"),
            (15, "out", "已重新开具，电子发票发到您的邮箱了。"),
        ),
        ("发票",),
        4,
    ),
    Story(
        (
            (0, "in", "周末茶艺课还有名额吗"),
            (6, "out", "本周六下午还有 4 个名额，每位 ¥120，含茶点。需要帮您预留吗？"),
            (4, "in", "两位，谢谢"),
            (3, "out", "已为您预留两位，周六 14:00 见 🍵"),
        ),
        ("课程",),
        5,
        comment="期待周六！",
    ),
    Story(
        (
            (0, "in", "收到的龙井和页面图片颜色不一样，是陈茶吗？"),
            (9, "out", "您好，页面是今年明前茶，您收到的批次是 3 月 28 日采摘，颜色略深属正常。"),
            (4, "in", "我觉得不对，喝着没有香味"),
            (3, "in", "转人工，让主管来"),
            (5, "note", "用户要求主管，已查批次：仓库发错为去年库存。"),
            (4, "out", "非常抱歉，经核实是我们发错了批次。马上为您补发明前茶，原来的您留着喝。"),
            (20, "in", "好吧"),
        ),
        ("发错货", "投诉"),
        2,
        solved=False,
        comment="发错货还要我自己争取。",
    ),
    Story(
        (
            (0, "in", "能改一下收货地址吗？还没发货"),
            (2, "out", "可以的，请发新的地址给我们。"),
            (2, "in", "杭州市西湖区文三路 90 号 7 幢 302"),
            (3, "out", "改好了，今天下午发出。"),
        ),
        ("物流",),
        5,
    ),
)
ENGLISH = (
    Story(
        (
            (0, "in", "Hi, do you ship to Germany? How long does it take?"),
            (5, "out", "Hello! Yes, we ship by DHL: 6 to 9 days, customs included in the price."),
            (3, "in", "Great, thanks!"),
        ),
        ("shipping",),
        5,
    ),
    Story(
        (
            (0, "in", "I need an invoice with our VAT number for order XM-20874"),
            (11, "out", "Of course. Which company name and VAT number shall we put on it?"),
            (6, "in", "Becker Teehandel GmbH, DE123456789"),
            (14, "out", "Done, it is in your mailbox."),
        ),
        ("invoice",),
        5,
        comment="Quick and friendly.",
    ),
    Story(
        (
            (0, "in", "The lid of my teapot arrived broken :("),
            (
                7,
                "out",
                "I am so sorry! Breakage within 7 days is replaced free of charge. A new lid leaves today.",
            ),
            (3, "in", "Do I have to send the old one back?"),
            (2, "out", "No need, please keep it."),
            (30, "in", "Wonderful service, thank you"),
        ),
        ("breakage",),
        5,
        comment="They did not even want a photo.",
    ),
    Story(
        (
            (0, "in", "Which teapot would suit a set of glass cups?"),
            (
                8,
                "out",
                "A Xishi pot of 160 ml fills four small cups. Its round shape goes well with glass.",
            ),
        ),
        ("advice",),
        4,
    ),
    Story(
        (
            (0, "in", "I was charged twice. I want a refund for the second payment."),
            (
                25,
                "out",
                "Thank you for telling us. I see the second payment and have asked the bank to return it.",
            ),
            (60, "in", "Still nothing. agent please"),
            (9, "note", "Bank says 5 working days. Told the customer."),
            (3, "out", "It takes up to 5 working days, I will write to you as soon as it is back."),
        ),
        ("refund",),
        3,
        solved=False,
    ),
    Story(
        (
            (0, "in", "Can I still change my order to the 200 ml Shipiao?"),
            (4, "out", "Yes, it has not left yet. The difference is ¥52: shall I change it?"),
            (2, "in", "Yes please"),
            (4, "out", "Changed. It ships tomorrow morning."),
        ),
        ("order",),
        5,
    ),
)
