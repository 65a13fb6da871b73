"""A conversation for a chat bot, of whatever platform: texts and buttons in, replies out; flows are its only memory."""

from mfa_flow.chat.conversation import Chat
from mfa_flow.chat.replies import Button, Reply, Turn

__all__ = ["Button", "Chat", "Reply", "Turn"]
