"""The kill drill: ``python tests/drills/kill.py`` kills a process at each point of each verb, and prints what came of it.

``--store redis`` does it on a Redis server of its own.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from attrs import define, frozen
from redis_servers import RedisServer

from drills.dying import POINTS
from drills.nursery import Nursery
from drills.people import LATER, Person
from drills.tenants import RunningTenant
from mfa_flow.stores import Seal

SCOPES = "enroll read:authenticators remove:authenticators"


@define(eq=False)
class Drill:
    """A tenant, a store, and a nursery of processes."""

    tenant: RunningTenant
    nursery: Nursery
    where: str
    key: str

    def run(self, later, at, flow_id, verb, given, details):
        """One verb in a process of its own."""
        told = {"where": self.where, "key": self.key, "tenant": self.tenant.url, "later": later, "at": at}
        said = {"flow_id": flow_id, "verb": verb, "given": given, "details": details}
        return self.nursery.run("drills.dying:one_verb", **told, **said)


@contextmanager
def drilling(kind):
    """A drill on a store of this kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mfa")))
        where = str(folder / "flows.db")
        if kind == "redis":
            server = RedisServer(folder).start()
            stack.callback(server.kill)
            where = server.url
        tenant, nursery = stack.enter_context(RunningTenant()), stack.enter_context(Nursery())
        yield Drill(tenant, nursery, where, Seal.generate_key())


# What each verb is said by, and to which question: functions from a drill to a person, the verb, what is given.
def _login(drill):
    person = Person(drill, ("sms",))
    return person, "login", (person.email, "pw"), {}


def _refresh(drill):
    person = Person(drill, ("sms",), {"mfa": False})
    done = person.say("login", person.email, "pw", scope="openid offline_access", flow=f"before {person.number}")
    return person, "refresh", (done.tokens.refresh_token,), {}


def _challenge(drill):
    person = Person(drill, ("sms",))
    return person, "challenge", (person.of(person.login(), "sms"),), {}


def _enroll(drill):
    person = Person(drill)
    person.login()
    return person, "enroll", ("sms",), {"phone_number": person.phone}


def _right(drill):
    person = Person(drill, ("sms",))
    person.asked("sms")
    return person, "confirm", (person.code,), {}


def _wrong(drill):
    person = Person(drill, ("sms",))
    person.asked("sms")
    return person, "confirm", ("000000",), {}


def _recovery(drill):
    person = Person(drill, ("sms",))
    person.asked("recovery")
    return person, "confirm", (drill.tenant.ask(f"users/{person.email}")["recovery_code"],), {}


def _resend(drill):
    person = Person(drill, ("sms",))
    person.asked("sms")
    return person, "resend", (), {}


def _wait(drill):
    person = Person(drill, ("push",))
    person.asked("push")
    person.approve()
    return person, "wait", (), {"timeout": 0}


def _go_back(drill):
    person = Person(drill, ("sms",))
    person.asked("sms")
    return person, "go_back", (), {}


def _cancel(drill):
    person = Person(drill, ("sms",))
    person.asked("sms")
    return person, "cancel", (), {}


def _manage(drill):
    person = Person(drill, ("sms", "otp"))
    asked = {"audience": f"{drill.tenant.url}/mfa/", "scope": SCOPES}
    before = f"before {person.number}"
    choose = person.say("login", person.email, "pw", **asked, flow=before)
    person.say("challenge", person.of(choose, "sms"), flow=before)
    done = person.say("confirm", person.code, flow=before)
    return person, "manage", (done.tokens.access_token,), {}


def _remove(drill):
    person, verb, given, _ = _manage(drill)
    choose = person.say(verb, *given)
    return person, "remove", (person.of(choose, "sms"),), {}


VERBS = {
    "login": _login,
    "refresh": _refresh,
    "challenge": _challenge,
    "enroll": _enroll,
    "confirm (right)": _right,
    "confirm (wrong)": _wrong,
    "confirm (recovery code)": _recovery,
    "resend": _resend,
    "wait (approved)": _wait,
    "go_back": _go_back,
    "cancel": _cancel,
    "manage": _manage,
    "remove": _remove,
}
SENDING_NOTHING = ("go_back", "cancel")
CASES = [
    (verb, point) for verb in VERBS for point in POINTS if verb not in SENDING_NOTHING or not point.endswith("sending")
]


@frozen
class Result:
    """What came of one case: what looks said, what the tenant counted each time, and the end."""

    verb: str
    point: str
    looked: object
    before: dict
    dead: dict
    redelivered: dict
    again: object
    end: object

    def line(self):
        """Its line of the table."""
        sent = [later["requests"] - sooner["requests"] for sooner, later in self._pairs()]
        messages = [later["messages"] - sooner["messages"] for sooner, later in self._pairs()]
        said = (
            f"{self.looked.kind}, {'interrupted ' + self.looked.interrupted if self.looked.interrupted else 'nothing'}"
        )
        ended = f"{self.end.kind} {getattr(self.end, 'reason', '')}".strip()
        counts = " ".join(f"{count:>9}" for pair in zip(sent, messages, strict=True) for count in pair)
        return f"{self.verb:24} {self.point:15} {said:38} {counts}   {ended}"

    def _pairs(self):
        return (self.before, self.dead), (self.dead, self.redelivered)


TITLES = ("req. dead", "msg. dead", "req. 2nd", "msg. 2nd")
TITLE = f"{'verb':24} {'killed':15} {'then look said':38} {' '.join(f'{one:>9}' for one in TITLES)}   ended"


def case(drill, verb, point):
    """A verb whose process is killed; another looks, the message comes again, the person goes on."""
    person, name, given, details = VERBS[verb](drill)
    before = person.spent()
    assert person.say(name, *given, at=point, **details, once="dead") is None, "it was to be killed"
    dead, person.later = person.spent(), LATER
    looked = person.say("look")
    again = person.say(name, *given, **details, once="dead")
    redelivered = person.spent()
    return Result(verb, point, looked, before, dead, redelivered, again, person.ends(again))


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "redis"], default="sqlite")
    asked, begun = parser.parse_args(), time.monotonic()
    with drilling(asked.store) as drill:
        print(TITLE)
        for verb, point in CASES:
            print(case(drill, verb, point).line(), flush=True)
    print(f"{len(CASES)} cases in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
