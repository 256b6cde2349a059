"""The words that search is measured with."""

RARE_WORDS = ("罕见", "zyzzyva")
COMMON_WORDS = ("退款", "refund")
