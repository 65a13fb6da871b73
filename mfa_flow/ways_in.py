"""The ways into a flow, and the list that follows them: steps that belong to no factor."""

from attrs import evolve

from mfa_flow.choosing import choices
from mfa_flow.errors import BadInput, UnexpectedReply
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.meanings import meaning_of
from mfa_flow.factors.registry import Factors
from mfa_flow.factors.steps import mfa_demanded, tokens_issued
from mfa_flow.machine.flow import Flow
from mfa_flow.wire import reading
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.values import App, Requirements
from mfa_flow.wire.vocabulary import AUTHENTICATORS_PATH, PASSWORD_GRANT, PASSWORD_REALM_GRANT, TOKEN_PATH


def login(
    app: App,
    *,
    username: str | None = None,
    password: str | None = None,
    realm: str | None = None,
    audience: str | None = None,
    scope: str | None = None,
) -> Step:
    """The password grant, or the password-realm grant where a realm (a connection's name) is given."""
    fields = {"grant_type": PASSWORD_GRANT}
    if realm:
        fields = {"grant_type": PASSWORD_REALM_GRANT, "realm": _text("realm", realm)}
    fields |= {"username": _text("username", username), "password": _text("password", password), **app.credentials}
    extras = {"audience": audience or app.audience, "scope": scope or app.scope}
    fields |= {name: _text(name, value) for name, value in extras.items() if value}

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem is None:
            return Outcome("password_accepted", then=tokens_issued(reply))
        if problem.error == "mfa_required":
            return Outcome("password_accepted", then=mfa_demanded(problem))
        return meaning_of(problem, "password")

    return Step(Call.form(TOKEN_PATH, fields), read)


def begin(*, mfa_token: str | None = None, requirements: Requirements | None = None) -> Step:
    """Take over an ``mfa_required`` answer that was met elsewhere. Nothing is sent."""
    try:
        token = reading.token({"mfa_token": mfa_token}, "mfa_token")
    except UnexpectedReply:
        raise BadInput("begin needs the mfa_token of an mfa_required answer, as it is; nothing was sent") from None
    return Step.silent(Outcome("mfa_demanded", changes={"mfa_token": token, "requirements": requirements}))


def list_authenticators(flow: Flow, factors: Factors) -> Step:
    """Read the person's authenticators. Where nothing can be chosen from them, the flow ends."""

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem:
            return meaning_of(problem, "list")
        listed = reading.authenticators_of(reply)
        if not any(choices(evolve(flow, authenticators=listed), factors)):
            return Outcome("refused", "no_available_factor")
        error = None if flow.error == "list_failed" else flow.error
        return Outcome("listed", error, changes={"authenticators": listed})

    return Step(Call.get(AUTHENTICATORS_PATH, flow.mfa_token or ""), read)


def _text(name: str, given: str | None) -> str:
    if not isinstance(given, str) or not given or given.isspace():
        raise BadInput(f"login needs a {name} that is a text and not empty; nothing was sent")
    return given
