"""Meta's doors: WhatsApp's cloud interface, and Messenger with Instagram."""
