"""The requests all factors are made of: associate, challenge, and the token exchange that confirms.

Each builder takes what is the factor's own and returns a Step that also knows every answer the factors share.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from mfa_flow.errors import UnexpectedReply
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.meanings import ENROLL_SCOPE, meaning_of, misconfigured
from mfa_flow.machine.flow import Flow
from mfa_flow.wire import reading
from mfa_flow.wire.call import Call, Reply, bearer_of
from mfa_flow.wire.reading import Body, Problem
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App
from mfa_flow.wire.vocabulary import ASSOCIATE_PATH, CHALLENGE_PATH, SEND_REFILL, TOKEN_PATH

Success = Callable[[Body], Outcome]


def associate(flow: Flow, body: Mapping[str, Any], success: Success, refill: float = SEND_REFILL) -> Step:
    """Set a factor up. ``success`` reads the answer; recovery codes are taken care of here, none is ever dropped.
    ``refill`` is the seconds until one more message may be sent."""

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem:
            if problem.error == "access_denied" and flow.access_token and not problem.says("User is already enrolled"):
                raise misconfigured(problem, ENROLL_SCOPE)
            return meaning_of(problem, "associate", refill)
        answer = reading.object_of(reply)
        return _with_recovery_codes(success(answer), answer)

    return Step(Call.json(ASSOCIATE_PATH, body, bearer_of(flow.bearer)), read)


def challenge(
    app: App,
    flow: Flow,
    challenge_type: str,
    authenticator_id: str,
    success: Success,
    refill: float = SEND_REFILL,
) -> Step:
    """Ask Auth0 to challenge this authenticator. ``refill`` is the seconds until one more message may be sent."""
    body = {
        **app.credentials,
        "challenge_type": challenge_type,
        "authenticator_id": authenticator_id,
        "mfa_token": flow.mfa_token,
    }

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        return meaning_of(problem, "challenge", refill) if problem else success(reading.object_of(reply))

    return Step(Call.json(CHALLENGE_PATH, body, app.headers), read)


def exchange(
    app: App,
    flow: Flow,
    grant: str,
    proof: Mapping[str, str],
    stumble: Callable[[Problem], Outcome | None] | None = None,
) -> Step:
    """Exchange the proof for tokens. ``stumble`` may read a problem in the factor's own way; None leaves it to what
    all factors share."""
    fields = {"grant_type": grant, **app.credentials, "mfa_token": flow.bearer, **proof}

    def read(reply: Reply) -> Outcome:
        problem = reading.problem_of(reply)
        if problem is None:
            return tokens_issued(reply)
        if problem.error == "mfa_required":
            return _further(flow, mfa_demanded(problem))
        return (stumble(problem) if stumble else None) or meaning_of(problem, "confirm")

    return Step(Call.form(TOKEN_PATH, fields, app.headers), read)


def tokens_issued(reply: Reply) -> Outcome:
    """The tokens of a token answer, and the recovery code that replaces the one just used, if there is one."""
    answer = reading.object_of(reply)
    code = reading.text(answer, "recovery_code")
    changes = {"tokens": reading.tokens_of(answer), "recovery_code": Secret(code) if code else None}
    return Outcome("tokens_issued", changes=changes)


def mfa_demanded(problem: Problem) -> Outcome:
    """A (further) factor is asked for: a new mfa_token, which speaks for the flow from now on, and a list that is not
    known yet."""
    return Outcome(
        "mfa_demanded",
        changes={
            "mfa_token": reading.token(problem.body, "mfa_token"),
            "access_token": None,
            "requirements": reading.requirements_of(problem.body),
            "authenticators": None,
        },
    )


def check(answer: Body, name: str, *expected: str) -> None:
    """Refuse an answer that speaks of something else than was asked for."""
    if reading.need(answer, name) not in expected:
        raise UnexpectedReply(f"the reply's {name} is none that was asked for")


def _further(flow: Flow, demanded: Outcome) -> Outcome:
    """The proof was right, and it was not enough."""
    proved = (*flow.proved, flow.authenticator.id) if flow.authenticator else flow.proved
    return evolve(demanded, error="further_factor", changes={**demanded.changes, "proved": proved})


def oob_code(answer: Body) -> Secret:
    """The code that binds the answer to what was sent. How it is to be answered may be said, or not; what is said must
    be known."""
    if reading.text(answer, "binding_method") not in (None, "prompt"):
        raise UnexpectedReply("the reply's binding_method is none that is known: it cannot be answered here")
    return reading.token(answer, "oob_code")


def _with_recovery_codes(outcome: Outcome, answer: Body) -> Outcome:
    codes = reading.texts(answer, "recovery_codes")
    return evolve(outcome, changes={**outcome.changes, "recovery_codes": codes}) if codes else outcome
