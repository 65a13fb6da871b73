"""A function for ``mfa.run``, walked through: shown in the README."""

from mfa_flow.kit import Coverage, asking, through, walks

VERBS = {"login", "enroll", "challenge", "confirm", "wait", "resend", "go_back", "cancel"}


async def chat(prompt, says):
    """Shows a prompt, as ``async def answer(prompt)`` does for ``mfa.run``; what the person does is the answer."""
    return await says(prompt.text())


async def test_every_walk_by_push():
    """Somebody who sets a push up, and somebody who has one, do everything that can be done with it."""
    coverage = Coverage()
    for walk in walks("push-*", verbs=VERBS):
        await through(walk, asking(chat), coverage)
    coverage.close(events=["push_denied", "went_back"])
