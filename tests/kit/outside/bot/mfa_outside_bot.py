"""A small bot, as somebody else would write it: texts in, texts out, one flow per chat."""

from mfa_flow import Answer, AskPassword, MfaClient, MfaFlowError, MisuseError, Scan, Wait

# Its commands, and the verbs they stand for. What is no command is a code.
COMMANDS = {"again": "resend", "back": "go_back", "stop": "cancel", "set": "enroll", "use": "challenge"}


class Bot:
    def __init__(self, app, store, **options):
        self.mfa = MfaClient(app, store=store, **options)

    async def reply_to(self, chat, text, sleep):
        flow = self.mfa.flow(chat)
        try:
            return self.show(await self.answer(flow, text.split(), sleep))
        except MisuseError:
            return "That does not fit here. " + self.show(await flow.look())
        except MfaFlowError:
            return "Auth0 did not answer. You may say that again."

    async def answer(self, flow, words, sleep):
        prompt = await flow.look()
        match words:
            case []:
                return prompt
            case [username, password] if isinstance(prompt, AskPassword):
                return await flow.login(username, password)
            case ["waiting"]:
                return await self.wait(flow, sleep)
            case ["poll"]:
                return await flow.confirm()
            case ["set", factor, number]:
                return await flow.enroll(factor, phone_number=number)
            case [command, *given] if command in COMMANDS:
                return await Answer(COMMANDS[command], *given).said_to(flow)
        return await flow.confirm(words[0])

    async def wait(self, flow, sleep):
        prompt = await flow.wait(timeout=0)
        while isinstance(prompt, Wait | Scan):
            await sleep(prompt.seconds)
            prompt = await flow.wait(timeout=0)
        return prompt

    def show(self, prompt):
        return prompt.text()
