"""What callers hear where the settings say nothing else, in the language that the number speaks."""

from collections.abc import Mapping

SPOKEN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "locale": "en-US",
        "greeting": "Hello, thank you for calling.",
        "recorded": "Please note that this call is recorded. If you do not want this, please write to us instead.",
        "press": "For {name}, press {key}.",
        "anything": "For anything else, press 0.",
        "unknown": "Sorry, there is no such choice.",
        "closed": "We are closed at the moment.",
        "busy": "Nobody is free at the moment.",
        "leave": "Please leave a message after the tone, and press hash at the end.",
        "thanks": "Thank you. We will call you back. Goodbye.",
        "connecting": "One moment, please. We are connecting you.",
        "turn": "You are number {place} in the queue.",
        "minutes": "The wait is about {minutes} minutes.",
        "instead": "To be called back and keep your place, press 9. To leave a message, press 8.",
        "back": "We will call you back at this number, and you keep your place. Goodbye.",
    },
    "zh": {
        "locale": "zh-CN",
        "greeting": "您好，感谢您的来电。",
        "recorded": "为保证服务质量，本次通话将被录音。如不同意，请挂机并通过其他方式联系我们。",
        "press": "{name}请按 {key}。",
        "anything": "其他问题请按 0。",
        "unknown": "抱歉，没有这个选项。",
        "closed": "现在是非工作时间。",
        "busy": "现在坐席全忙。",
        "leave": "请在提示音后留言，按井号键结束。",
        "thanks": "谢谢，我们会尽快回电。再见。",
        "connecting": "请稍候，正在为您转接。",
        "turn": "您排在第 {place} 位。",
        "minutes": "预计等待 {minutes} 分钟。",
        "instead": "不想等待，请按 9，我们按您的排队顺序回电；留言请按 8。",
        "back": "我们会按排队顺序回拨您的号码。再见。",
    },
}
