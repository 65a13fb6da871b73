"""Who logs in. What is not known of them is asked for."""

from attrs import define, field

from mfa_flow import FlowHandle, Prompt
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.texts import text_for


@define
class Credentials:
    """A password that was given is tried once; a name that was given stays."""

    username: str | None = None
    _password: str | None = field(default=None, repr=False)
    _realm: str | None = None
    _typed: str = field(default="", init=False)

    async def login(self, flow: FlowHandle, talk: Talk) -> Prompt:
        """The verb, with what was given or is typed now."""
        password, self._password = self._password, None
        if self.username is None or password is None:
            talk.question(text_for("ask_password", talk.locale))
        username = self.username or await self._name(talk)
        if password is None:
            password = await talk.line(text_for("label.password", talk.locale), hidden=True)
        return await flow.login(username, password, self._realm)

    async def _name(self, talk: Talk) -> str:
        """What was typed last time can be corrected."""
        self._typed = await talk.line(text_for("label.email", talk.locale), default=self._typed)
        return self._typed
