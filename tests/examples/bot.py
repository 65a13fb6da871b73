"""A chat bot: each message resumes the flow of its chat, in any process that shares the store."""

from mfa_flow import AskCode, AskPassword, Choose, Done, MfaClient, Pause, Scan, Stopped, Wait
from mfa_flow.errors import MfaFlowError, MisuseError

WORDS = {
    "ask_password": "(your e-mail address, a blank, your password)",
    "choose": "(yes to be asked for the first; otp, or sms and your number, to set one up)",
    "ask_code": "(the code; or again, back, cancel)",
    "scan": "(the code; or back, cancel)",
    "wait": "(anything, once you have answered there; or again, back, cancel)",
    "pause": "(the code, when it is time; or again, back, cancel)",
}


async def reply_to(mfa: MfaClient, chat_id: str, message_id: int, text: str) -> tuple[str, bytes | None]:
    flow = mfa.flow(chat_id)
    problem = ""
    try:
        prompt = await flow.look()
        match prompt.then if isinstance(prompt, Pause) else prompt, text.split():
            case AskPassword() | Done() | Stopped(), [username, password]:
                prompt = await flow.login(username, password, once=message_id)
            case Choose() | AskCode() | Scan() | Wait(), ["cancel"]:
                prompt = await flow.cancel(once=message_id)
            case Choose(challenge=[first, *_]), ["yes"]:
                prompt = await flow.challenge(first, once=message_id)
            case Choose(enroll=factors), ["sms", number] if "sms" in factors:
                prompt = await flow.enroll("sms", phone_number=number, once=message_id)
            case Choose(enroll=factors), ["otp"] if "otp" in factors:
                prompt = await flow.enroll("otp", once=message_id)
            case AskCode() | Scan() | Wait(), ["again"]:
                prompt = await flow.resend(once=message_id)
            case AskCode() | Scan() | Wait(), ["back"]:
                prompt = await flow.go_back(once=message_id)
            case Wait() | Scan(length=None), _:
                prompt = await flow.wait(timeout=0, once=message_id)  # a push: has it been answered?
            case AskCode() | Scan(), _:
                prompt = await flow.confirm(text, once=message_id)  # a message delivered twice is sent on once
    except MisuseError:  # no code, no phone number, nothing to send again: nothing was sent, nothing is lost
        problem, prompt = "That does not fit here. ", await flow.look()
    except MfaFlowError:  # no answer, or none to go on from: the flow is where it was
        problem, prompt = "That did not work, try again later. ", await flow.look()
    picture = prompt.qr("png") if isinstance(prompt, Scan) else None
    return f"{problem}{prompt.text()} {WORDS.get(prompt.kind, '')}".strip(), picture
