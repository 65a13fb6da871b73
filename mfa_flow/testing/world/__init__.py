"""The remembered world: people, what they own, what was sent to them. It knows no wire."""
