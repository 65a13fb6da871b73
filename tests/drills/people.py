"""People of a drill: each has a flow and a phone, says one verb per process, and brings the flow to an end."""

import itertools

from attrs import define, field

from mfa_flow import AskCode, AskPassword, Choose, Done, Scan, Stopped, Wait, prompt_from_json

LATER = 57.0  # seconds: by then a dead process has let go, and a confirmed flow is still there
_NUMBERS = itertools.count(1)


@define(eq=False)
class Person:
    """Somebody of the tenant ``drill.tenant``, with what they enrolled; ``later`` is when their next process lives."""

    drill: object
    authenticators: tuple = ()
    settings: dict = field(factory=dict)
    number: int = field(factory=lambda: next(_NUMBERS))
    later: float = 0.0
    messages: int = 0

    def __attrs_post_init__(self):
        about = {"email": self.email, "password": "pw", "phone": self.phone, **self.settings}
        self.drill.tenant.ask("users", {**about, "authenticators": list(self.authenticators)})

    @property
    def email(self):
        """Their address."""
        return f"user{self.number}@example.com"

    @property
    def phone(self):
        """Their number."""
        return f"+1555{self.number:07d}"

    def say(self, verb, *given, at=None, flow=None, **details):
        """A verb, in a process of its own. The prompt; None if the process was killed."""
        if verb != "look":
            self.messages += 1
            details = {"once": f"m{self.messages}", **details}
        end = self.drill.run(self.later, at, flow or self.email, verb, given, details)
        if end.signal is not None:
            assert (9, None) == (end.signal, end.said)
            return None
        assert end.said is not None, f"{verb} did not end well"
        assert "error" not in end.said, end.said
        return prompt_from_json(end.said["prompt"])

    def login(self):
        """The password."""
        return self.say("login", self.email, "pw")

    def asked(self, factor):
        """Logged in, and challenged by this factor."""
        choose = self.login()
        return self.say("challenge", self.of(choose, factor))

    def of(self, choose, factor):
        """The id of their authenticator."""
        return next(one.id for one in choose.challenge or choose.authenticators if one.factor == factor)

    @property
    def code(self):
        """The newest code on their phone."""
        return self.drill.tenant.ask("inbox", to=self.phone)["messages"][0]["code"]

    def approve(self):
        """Press Yes on the phone."""
        questions = self.drill.tenant.ask("inbox", to=self.email, channel="push")["messages"]
        self.drill.tenant.ask(f"push/{questions[0]['id']}", {"decision": "approve"})

    def spent(self):
        """What the tenant knows: requests, messages, attempts left."""
        asked = self.drill.tenant.ask("requests")["requests"]
        left = self.drill.tenant.ask(f"users/{self.email}")
        mine = [one for one in asked if one["user"] == self.email]
        return {
            "requests": len(mine),
            "messages": len(self.drill.tenant.ask("inbox", to=self.phone)["messages"])
            + len(self.drill.tenant.ask("inbox", to=self.email)["messages"]),
            "attempts": left["attempts_left"],
        }

    def ends(self, prompt):
        """Go on as a person does who reads what is shown, until there are tokens or it is over; the last prompt."""
        for _ in range(12):
            match prompt:
                case Done() | Stopped():
                    return prompt
                case AskPassword():
                    prompt = self.login()
                case Choose() if "remove" in prompt.verbs:
                    prompt = self.say("cancel")
                case Choose(challenge=[first, *_]):
                    phones = [one for one in prompt.challenge if one.factor in {"sms", "push"}]
                    prompt = self.say("challenge", [*phones, first][0].id)
                case Choose():
                    prompt = self.say("enroll", "sms", phone_number=self.phone)
                case AskCode(channel="recovery"):
                    prompt = self.say("go_back")
                case AskCode() if prompt.interrupted:
                    prompt = self.say("resend")
                case AskCode():
                    prompt = self.say("confirm", self.code)
                case Wait() | Scan():
                    prompt = self.say("resend") if prompt.interrupted else prompt
                    self.approve()
                    prompt = self.say("wait", timeout=0)
        raise AssertionError(f"no end in sight: {prompt!r}")
