"""The tree of errors: each has a stable code, says where it happened, and holds no secret."""

import pickle

import pytest

from mfa_flow import errors
from mfa_flow.errors import (
    BadInput,
    Busy,
    Conflict,
    FlowStopped,
    MfaFlowError,
    Misconfigured,
    MissingExtra,
    MisuseError,
    StoreError,
    TenantBroken,
    TenantError,
    TransportError,
    UnexpectedReply,
    UnknownFactor,
    UnknownFlow,
    Unreadable,
    WrongState,
)

TREE = {
    MfaFlowError: (Exception, "mfa_flow"),
    MisuseError: (MfaFlowError, "misuse"),
    WrongState: (MisuseError, "wrong_state"),
    UnknownFlow: (WrongState, "unknown_flow"),
    UnknownFactor: (MisuseError, "unknown_factor"),
    BadInput: (MisuseError, "bad_input"),
    MissingExtra: (MisuseError, "missing_extra"),
    TenantError: (MfaFlowError, "tenant"),
    UnexpectedReply: (TenantError, "unexpected_reply"),
    Misconfigured: (TenantError, "misconfigured"),
    TenantBroken: (TenantError, "tenant_broken"),
    TransportError: (MfaFlowError, "transport"),
    StoreError: (MfaFlowError, "store"),
    Busy: (StoreError, "busy"),
    Conflict: (StoreError, "conflict"),
    Unreadable: (StoreError, "unreadable"),
    FlowStopped: (MfaFlowError, "stopped"),
}


@pytest.mark.parametrize(("kind", "parent", "code"), [(kind, *rest) for kind, rest in TREE.items()])
def test_each_error_has_its_place_and_its_code(kind, parent, code):
    """Programs go by the code, ``except`` by the place."""
    assert (parent, code) == (kind.__bases__[0], kind.code)


def test_the_tree_is_complete():
    """No error is left out, and no two have the same code."""
    found = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MfaFlowError)}
    assert found == set(TREE)
    assert len(TREE) == len({kind.code for kind in TREE})


def test_the_docstring_is_the_tree():
    """Every error stands in it, two blanks deeper than what it is one of."""
    lines = {
        line.split()[0]: len(line) - len(line.lstrip())
        for line in errors.__doc__.splitlines()
        if line.startswith("    ")
    }
    assert [] == [kind for kind in TREE if kind.__name__ not in lines]
    assert [] == [
        kind
        for kind, (parent, _) in TREE.items()
        if parent is not Exception and lines[kind.__name__] != lines[parent.__name__] + 2
    ]


def test_an_error_starts_without_a_place():
    """Then its text is the message alone."""
    error = BadInput("no")
    assert (None, None, None, "no") == (error.flow_id, error.state, error.verb, str(error))


def test_an_error_says_where_it_happened():
    """Which flow, where it rests, what was tried; the error itself comes back, to be raised."""
    error = BadInput("no")
    assert error is error.during("chat-42", "challenging", "confirm")
    assert ("chat-42", "challenging", "confirm") == (error.flow_id, error.state, error.verb)
    assert "no [flow 'chat-42', challenging, confirm]" == str(error)


def test_a_wrong_state_names_the_verbs_that_are_allowed():
    """None, if nothing is."""
    assert ("login",) == WrongState("no", ("login",)).allowed
    assert () == UnknownFlow("no").allowed


def test_a_tenant_error_tells_what_auth0_said():
    """All of it by name."""
    error = TenantBroken("m", operation="POST /x", status=503, error="e", retry_after=5.0, request_id="r")
    assert ("POST /x", 503, "e", 5.0, "r") == (
        error.operation,
        error.status,
        error.error,
        error.retry_after,
        error.request_id,
    )
    bare = TenantError("m")
    assert ("", 0, None, None, None) == (bare.operation, bare.status, bare.error, bare.retry_after, bare.request_id)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_transport_error_tells_whether_it_may_have_arrived(arrived):
    """One has to say so when raising it."""
    assert arrived is TransportError("m", may_have_arrived=arrived).may_have_arrived


def test_a_store_error_carries_the_prompt():
    """Tokens travel in it, and are not seen."""
    error = Conflict("m", {"hidden": 1})
    assert {"hidden": 1} == error.prompt
    assert Busy("m").prompt is None
    assert "hidden" not in repr(error) + str(error)


def test_a_stopped_run_says_why():
    """By the prompt's key."""
    assert "expired" == FlowStopped("m", "expired").reason


def test_a_missing_extra_is_an_import_error():
    """For those who look for one."""
    assert isinstance(MissingExtra("m"), ImportError)


@pytest.mark.parametrize(
    "error", [BadInput("m"), WrongState("m", ("login",)), UnexpectedReply("m", status=200), MissingExtra("m")]
)
def test_errors_can_be_sent_to_another_process(error):
    """Task queues pickle what a task raised."""
    back = pickle.loads(pickle.dumps(error.during("f", "started", "login")))
    assert (type(error), str(error), vars(error)) == (type(back), str(back), vars(back))


@pytest.mark.parametrize("error", [TransportError("x", may_have_arrived=False), FlowStopped("x", "expired")])
def test_errors_cross_processes(error):
    """Pickled and back, an error says the same."""
    assert vars(error) == vars(pickle.loads(pickle.dumps(error)))


@pytest.mark.parametrize(
    ("error", "english", "french"),
    [
        (
            MfaFlowError("x"),
            "Something went wrong. Try again later.",
            "Une erreur s\u2019est produite. Réessayez plus tard.",
        ),
        (WrongState("x"), "That is not possible now.", "Ce n\u2019est pas possible pour le moment."),
        (
            BadInput("x"),
            "That cannot be right. Check it and try again.",
            "Cette saisie n\u2019est pas valide. Vérifiez-la et réessayez.",
        ),
        (
            BadInput("x", "code", length=6),
            "The code has 6 digits. Check it and try again.",
            "Le code comporte 6 chiffres. Vérifiez-le et réessayez.",
        ),
        (
            BadInput("x", "pigeon"),
            "That cannot be right. Check it and try again.",
            "Cette saisie n\u2019est pas valide. Vérifiez-la et réessayez.",
        ),
        (
            TransportError("x"),
            "No answer came. What you gave may have arrived: if it is refused now, ask for a new code.",
            "Aucune réponse n\u2019est arrivée. Votre saisie a peut-être été reçue\u00a0: si elle est refusée maintenant, demandez un nouveau code.",
        ),
        (
            TransportError("x", may_have_arrived=False),
            "The login service could not be reached. Nothing was sent: try again.",
            "Le service de connexion n\u2019a pas pu être joint. Rien n\u2019a été envoyé\u00a0: réessayez.",
        ),
        (
            TenantBroken("x"),
            "The login service is not available now. Try again later.",
            "Le service de connexion est indisponible. Réessayez plus tard.",
        ),
        (
            TenantBroken("x", retry_after=90),
            "The login service is not available now. Try again in 2 minutes.",
            "Le service de connexion est indisponible. Réessayez dans 2 minutes.",
        ),
        (
            FlowStopped("x", "expired"),
            "This login has ended. This took too long. Log in again.",
            "Cette connexion est terminée. Le délai est dépassé. Connectez-vous à nouveau.",
        ),
        (FlowStopped("x"), "This login has ended.", "Cette connexion est terminée."),
    ],
)
def test_an_error_tells_people(error, english, french):
    """What happened and what to do, in their language, and not what its message says to those who run the service."""
    assert (english, french) == (error.text(), error.text("fr-CA"))


@pytest.mark.parametrize("kind", TREE)
def test_every_error_tells_people_something_of_its_own(kind):
    """And never its message, in which a name or an address may stand."""
    error = kind("hidden")
    assert "hidden" not in error.text() + error.text("fr")
    assert (kind is MfaFlowError) is (MfaFlowError("x").text() == error.text())


def test_an_error_of_ones_own_says_what_its_parent_does():
    """Until it has a text."""

    class TooLate(StoreError):
        code = "too_late"

    assert "This could not be saved. Try again." == TooLate("x").text()
