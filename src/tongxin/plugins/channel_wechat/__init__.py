"""WeChat's three doors: 微信客服 (``kf``), 公众号 and 服务号 (``oa``), 小程序 (``mini``)."""
