"""Front ends of few words, which are right: those with bugs are made of them."""

from mfa_flow import Answer


class Chat:
    """It says what the prompt says."""

    def __init__(self, stage):
        self.stage, self.client = stage, stage.client()

    async def act(self, verb, *given, **details):
        return self.show(await self.say(verb, *given, **details))

    async def say(self, verb, *given, **details):
        return await Answer(verb, *given, **details).said_to(self.client.flow("chat"))

    def show(self, prompt):
        return prompt.text()


class Page(Chat):
    """The same as JSON."""

    def show(self, prompt):
        return prompt.to_json()


class OnlyLooks(Chat):
    """One that is wrong: nothing is sent again."""

    async def say(self, verb, *given, **details):
        return await super().say("look" if verb == "resend" else verb, *given, **details)
