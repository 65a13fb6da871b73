"""From the first prompt to the last: each is asked, and what is answered becomes the next verb."""

from attrs import define

from mfa_flow import AskCode, AskPassword, Choose, Done, FlowHandle, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.cli.terminal.choosing import choose
from mfa_flow.cli.terminal.credentials import Credentials
from mfa_flow.cli.terminal.proving import prove
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.cli.terminal.waiting import PASSING, pause, wait
from mfa_flow.errors import MfaFlowError, MisuseError
from mfa_flow.texts import text_for

_START = AskPassword(verbs=("login",))


@define
class Dialogue:
    """Leads a person through a flow, from where it stands. What the flow has come to stands in its store alone."""

    _flow: FlowHandle
    _talk: Talk
    _who: Credentials

    async def to_the_end(self) -> Done | Stopped:
        """Ask until there are tokens, or can be none. A new recovery code is still to be shown then.

        Raises GivenUp, NoMoreInput, and MfaFlowError for what nobody here can do anything about."""
        prompt = await self._start()
        while True:
            self._talk.refused(prompt)
            await self._talk.keep(prompt.recovery_codes)
            if isinstance(prompt, Done | Stopped):
                return self._ended(prompt)
            prompt = await self._answered(prompt)

    async def _start(self) -> Prompt:
        """Where the flow stands. One that had stopped begins anew; one that is done has its tokens."""
        prompt = await self._flow.look()
        if not isinstance(prompt, Stopped):
            return prompt
        self._talk.paper.refuse(prompt.question(self._talk.locale))
        return _START

    def _ended(self, prompt: Done | Stopped) -> Done | Stopped:
        if isinstance(prompt, Stopped):
            self._talk.paper.refuse(prompt.question(self._talk.locale))
        else:
            self._talk.paper.tell(text_for("done", self._talk.locale), "green")
        return prompt

    async def _answered(self, prompt: Prompt) -> Prompt:
        """The prompt after the answer. What was given and cannot be right, or did not arrive, is asked for again."""
        try:
            return await self._asked(prompt)
        except MfaFlowError as error:
            kept: Prompt | None = getattr(error, "prompt", None)
            if kept is None and not self._may_go_on(prompt, error):
                raise
            self._talk.paper.refuse(error.text(self._talk.locale))
            return kept or await self._looked(prompt)

    async def _looked(self, asked: Prompt) -> Prompt:
        """What stands now. A flow that had stopped still has, until a login arrives."""
        found = await self._flow.look()
        return asked if isinstance(asked, AskPassword) and isinstance(found, Stopped) else found

    def _may_go_on(self, prompt: Prompt, error: MfaFlowError) -> bool:
        """Whether another answer may help, and somebody is there to give it: nothing is tried again by itself."""
        if isinstance(error, MisuseError):
            return True
        typed = isinstance(prompt, Choose | AskCode) or bool(isinstance(prompt, Scan) and prompt.length)
        return typed and self._talk.ask.alive and isinstance(error, PASSING)

    async def _asked(self, prompt: Prompt) -> Prompt:
        match prompt:
            case AskPassword():
                return await self._who.login(self._flow, self._talk)
            case Choose():
                return await choose(self._flow, self._talk, prompt)
            case Pause(then=Choose() as other):  # another choice may not have to wait
                self._talk.paper.tell(prompt.question(self._talk.locale))
                return await choose(self._flow, self._talk, other)
            case AskCode() | Scan(length=int()):
                return await prove(self._flow, self._talk, prompt)
            case Wait() | Scan():
                return await wait(self._flow, self._talk, prompt)
        return await (pause(self._flow, self._talk, prompt) if isinstance(prompt, Pause) else self._flow.look())
