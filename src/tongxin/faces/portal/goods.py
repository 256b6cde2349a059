"""What the demo shop sells and says, in both languages. Sample goods, not the catalog."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A text in both of the shop's languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Pot:
    """A teapot; ``shape`` and ``clay`` name its drawing."""

    shape: str
    clay: str
    name: Said
    about: Said
    price: int


@dataclass(frozen=True)
class Tea:
    """A tea; ``leaf`` names its drawing."""

    leaf: str
    name: Said
    about: Said
    brew: Said
    price: int


@dataclass(frozen=True)
class Step:
    """A short title and what there is to say about it."""

    title: Said
    text: Said


POTS = (
    Pot("xishi", "vermilion", Said("西施壶 160 ml", "Xishi, 160 ml"),
        Said("朱泥 · 短嘴倒把，出水圆润", "Vermilion clay, short spout, a round pour"), 268),
    Pot("shipiao", "purple", Said("石瓢 200 ml", "Shipiao, 200 ml"),
        Said("紫泥 · 三足稳立，适合岩茶", "Purple clay on three feet, for rock teas"), 320),
    Pot("fanggu", "duan", Said("仿古 220 ml", "Fanggu, 220 ml"),
        Said("段泥 · 身扁口宽，养乌龙", "Golden clay, wide and flat, for oolong"), 296),
    Pot("tiliang", "purple", Said("提梁 300 ml", "Tiliang, 300 ml"),
        Said("紫泥 · 高提梁，一家人够喝", "Purple clay, a high handle, for a family"), 388),
    Pot("gaiwan", "celadon", Said("青瓷盖碗 140 ml", "Celadon gaiwan, 140 ml"),
        Said("龙泉青瓷 · 什么茶都公道", "Longquan celadon, fair to every tea"), 158),
    Pot("cup", "white", Said("德化白瓷品茗杯 · 一对", "Dehua white cups, a pair"),
        Said("薄胎 · 对光见影", "Thin enough to see the light through"), 98),
)  # fmt: skip

TEAS = (
    Tea("longjing", Said("明前龙井 50 g", "Longjing before Qingming, 50 g"),
        Said("西湖产区 · 豆香清甜", "From the West Lake; sweet, of fresh beans"),
        Said("80 °C · 3 g · 玻璃杯", "80 °C · 3 g · in a glass"), 188),
    Tea("oolong", Said("铁观音 · 清香 125 g", "Tieguanyin, light, 125 g"),
        Said("安溪祥华 · 兰花香", "From Anxi; orchid, and a long finish"),
        Said("100 °C · 7 g · 盖碗", "100 °C · 7 g · in a gaiwan"), 128),
    Tea("puer", Said("老树生普 200 g", "Old-tree raw pu-erh, 200 g"),
        Said("勐海 2019 年压饼 · 回甘久", "Menghai, pressed in 2019; comes back sweet"),
        Said("100 °C · 6 g · 紫砂壶", "100 °C · 6 g · in a clay pot"), 228),
    Tea("white", Said("白毫银针 40 g", "Silver needle, 40 g"),
        Said("福鼎太姥山 · 毫香蜜韵", "From Fuding; down, honey and hay"),
        Said("90 °C · 4 g · 白瓷", "90 °C · 4 g · in porcelain"), 168),
)  # fmt: skip

ABOUT = (
    Step(Said("一座矿，一张单", "One mine, one record"),
         Said("泥料来自黄龙山，存放三年以上。每把壶附编号、泥料与烧成记录，扫底款可查。",
              "The clay comes from Huanglongshan and rests three years or more. Every pot has a "
              "number and a record of its clay and firing.")),
    Step(Said("一双手，十五天", "One pair of hands, fifteen days"),
         Said("打身筒、镶接、推墙、明针，全程一人做完。我们认识每一位做壶的人。",
              "Beaten, joined, turned and burnished by one person from first to last. We know "
              "everyone who makes our pots.")),
    Step(Said("一窑火，一千一百度", "One kiln, 1,100 °C"),
         Said("小窑慢烧，留一点缩放的余地：所以容量会有 ±5 ml 的出入，页面写的是实测。",
              "Fired slowly in a small kiln. Clay shrinks as it likes, so what we print is what we "
              "measured, within 5 ml.")),
)  # fmt: skip

CARE = (
    Step(Said("破损七日免费换", "Broken? A new one"),
         Said("拍一张照片发给客服，不用寄回。",
              "Send us a picture within 7 days; keep the shards.")),
    Step(Said("终身养护", "Care for life"),
         Said("开壶、清垢、配盖，随时来问。", "Seasoning, cleaning, a new lid: just ask.")),
    Step(Said("周末茶艺课", "Tea at the weekend"),
         Said("杭州南山路门店，每期八席，¥120。", "Eight seats in our shop in Hangzhou, ¥120.")),
)  # fmt: skip
