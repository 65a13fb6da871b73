"""The conversation as a front end: each walk of the table, as a person with a phone takes it, by words alone."""

from mfa_flow.chat import Chat
from mfa_flow.chat.options import options
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.kit.fronts import through
from mfa_flow.kit.walking import every_walk
from mfa_flow.machine.prompts import Pause
from mfa_flow.stores import Seal
from mfa_flow.texts import factor_name, text_for

SEAL = Seal(Seal.generate_key())
WORDS = {"resend": "again", "go_back": "another way", "cancel": "/cancel", "look": "/start"}
VERBS = {*WORDS, "login", "enroll", "challenge", "confirm", "wait", "restart"}
ERRORS = {one.told: text_for(one.told) for one in MEANINGS if one.event and one.told}
ERRORS |= {key: text_for(key) for key in ("push_denied", "push_expired", "still_pending", "further_factor")}


class Seen(str):
    """What is shown, and the kind of prompt that stands."""

    __slots__ = ("kind",)


class Front:
    """A bot around the conversation."""

    def __init__(self, stage):
        self.stage = stage
        self.mfa = stage.client()
        self.chat = Chat(self.mfa, SEAL, self.done)

    async def done(self, chat_id, tokens):
        """What the service keeps."""
        assert tokens.access_token

    async def act(self, verb, *given, **details):
        """Say it, and give what is shown."""
        if verb == "wait" or (verb == "confirm" and not given):
            turn = await self.chat.watch("42")
        else:
            turn = await self.chat.said("42", await self.words(verb, *given, **details))
        seen = Seen("\n".join(reply.text for reply in turn.replies))
        seen.kind = turn.kind
        return seen

    async def words(self, verb, *given, **details):
        """How a person says it."""
        if verb == "challenge":
            prompt = await self.mfa.flow("42").look()
            offered = options(prompt.then if isinstance(prompt, Pause) else prompt, "en")
            return str(1 + [one.given for one in offered].index(given[0]))
        if verb == "enroll":
            return " ".join([factor_name(given[0]), *details.values()])
        return WORDS.get(verb) or " ".join(given)

    @staticmethod
    def reads(seen):
        """The kind of prompt, and the key of why the last answer was refused."""
        if seen.kind == "stopped":
            return seen.kind, None
        return seen.kind, next((key for key, text in ERRORS.items() if text in seen and text), None)


@every_walk("login", "sms-*", "voice-*", "email-*", "otp-*", "recovery-*", verbs=VERBS)
async def test_codes(walk):
    """Each walk of the factors with codes."""
    if "enrolled already" not in walk.name:  # what is not offered cannot be named
        await through(walk, Front)


@every_walk("push-*", verbs=VERBS - {"confirm"})
async def test_push(walk):
    """Each walk of a push, told without a word from the person."""
    await through(walk, Front)
