"""A login in the person's language: one that comes with the library, and one that does not."""

from mfa_flow import Choose, MfaClient, MfaFlowError
from mfa_flow.texts import add, best_locale, label, text_for

add(
    "de",
    {
        "wrong_code": "Dieser Code stimmt nicht.",
        "ask_code.otp": "Geben Sie den {length}-stelligen Code Ihrer App ein.",
        "pause": "Versuchen Sie es {when} wieder.",
        "in.minutes": ("in {n} Minute", "in {n} Minuten"),
    },
)


async def code_came(mfa: MfaClient, session: str, code: str, accept_language: str) -> str:
    locale = best_locale(accept_language)  # "fr-CA,fr;q=0.9,en;q=0.8" is "fr"
    try:
        prompt = await mfa.flow(session).confirm(code)
    except MfaFlowError as error:
        return error.text(locale)  # what happened, and what to do now
    return prompt.text(locale)


def buttons(prompt: Choose, locale: str) -> list[str]:
    choices = [label(choice, locale) for choice in (*prompt.challenge, *prompt.enroll)]
    return [*choices, text_for("button.cancel", locale)]
