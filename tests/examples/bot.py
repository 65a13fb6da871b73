"""A chat bot: each message resumes the flow of its chat."""

from mfa_flow import AskCode, AskPassword, Choose, MfaClient, MisuseError, Scan


async def reply_to(mfa: MfaClient, chat_id: str, message_id: int, text: str) -> str:
    flow = mfa.flow(chat_id)
    try:
        match await flow.look(), text.split():
            case AskPassword(), [username, password]:
                prompt = await flow.login(username, password, once=message_id)
            case Choose(challenge=[first, *_]), ["yes"]:
                prompt = await flow.challenge(first, once=message_id)
            case Choose(enroll=factors), ["sms", number] if "sms" in factors:
                prompt = await flow.enroll("sms", phone_number=number, once=message_id)
            case Choose(enroll=factors), [factor] if factor in factors:
                prompt = await flow.enroll(factor, once=message_id)
            case AskCode() | Scan(), ["again"]:
                prompt = await flow.resend(once=message_id)
            case AskCode() | Scan(), ["back"]:
                prompt = await flow.go_back(once=message_id)
            case AskCode() | Scan(), _:
                prompt = await flow.confirm(text, once=message_id)  # a message delivered twice is sent on once
            case prompt, _:
                pass
    except MisuseError as error:  # no code, no phone number, nothing to resend: nothing was sent, nothing is lost
        return str(error)
    return prompt.text()
