"""Text messages, by whoever carries them: Twilio, Aliyun."""
