"""Run where the bot is installed: it is walked through everything it can do."""

from mfa_outside_bot import COMMANDS, Bot

from mfa_flow.kit import every_walk, faults, through

WORDS = {verb: word for word, verb in COMMANDS.items()} | {"wait": "waiting", "look": ""}


class Chat:
    def __init__(self, stage):
        self.bot = Bot(stage.app, stage.store, transport=stage.transport, clock=stage.clock)
        self.stage = stage

    async def act(self, verb, *given, **details):
        word = "poll" if verb == "confirm" and not given else WORDS.get(verb, "")
        return await self.bot.reply_to("chat-1", " ".join([word, *given, *details.values()]), self.stage.clock.sleep)


SCENES = ("login", "sms-*", "otp-*", "push-*", "recovery-*")
FAULTS = (faults.server_error, faults.reset_after, faults.expired_code)


@every_walk(*SCENES, verbs={*WORDS, "login", "confirm", "restart"}, faults=FAULTS)
async def test_bot(walk):
    """Each walk, as a person with a phone takes it; and with each of these faults at each step."""
    await through(walk, Chat)
