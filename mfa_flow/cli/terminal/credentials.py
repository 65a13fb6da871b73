"""Who logs in. What is not known of them is asked for."""

from attrs import define, field

from mfa_flow import FlowHandle, Prompt
from mfa_flow.cli.terminal.asking import Refused
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.texts import text_for


@define
class Credentials:
    """A password that was given is tried once; a name that was given stays. From a pipe nothing is asked for twice: the
    lines that are left are answers to something else."""

    username: str | None = None
    _password: str | None = field(default=None, repr=False)
    _realm: str | None = None
    _typed: str = field(default="", init=False)
    _tried: bool = field(default=False, init=False)

    async def login(self, flow: FlowHandle, talk: Talk) -> Prompt:
        """The verb, with what was given or is typed now. Raises Refused, GivenUp and NoMoreInput."""
        if self._tried and not talk.ask.alive:
            raise Refused
        self._tried = True
        password, self._password = self._password, None
        if self.username is None or password is None:
            talk.question(text_for("ask_password", talk.locale))
        username = self.username or await self._name(talk)
        if password is None:
            password = await talk.line(text_for("label.password", talk.locale), hidden=True)
        return await flow.login(username, password, self._realm)

    async def _name(self, talk: Talk) -> str:
        """What was typed last time stands if nothing is."""
        label = text_for("label.email", talk.locale)
        self._typed = await talk.line(f"{label} [{self._typed}]" if self._typed else label) or self._typed
        return self._typed
