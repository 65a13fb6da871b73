"""Conversations: what a person writes and is answered."""
