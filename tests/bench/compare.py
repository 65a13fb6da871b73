"""What a login costs, side by side with what else a user could pick: ``python tests/bench/compare.py``.

Two contenders alone: ``python tests/bench/compare.py --only base,mfa_flow``. Absolute figures are this machine's, and a
busy one's are worse; the ratios are taken within each round. What stands in the README is what the command prints by
default, in some minutes; ``--write`` puts it there. After Ctrl-C the rounds that are done are told.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

import asking
import chart
import environment
import readme
import rounds
import surroundings
import table
from contenders import ALL, chosen
from figures import figures

from mfa_flow.kit import redis_server

PICTURE = "bench.svg"
LEAST = "fewer of slow ones, of none fewer than twice as many as at once"
FLOWS = f"of each contender in a round: {LEAST}"


def main() -> None:
    """Measure, and print."""
    asked = _asked()
    wanted = chosen(asked.only)
    peers = environment.python(asked.peers) if any(each.peer for each in wanted) else None
    server = rounds.server() if any("redis" in each.wants for each in wanted) else None
    with ExitStack() as stack:
        places = {"url": stack.enter_context(rounds.stub())}
        if server:
            places["redis"] = stack.enter_context(redis_server.running(server))
        workers = stack.enter_context(rounds.workers(wanted, (sys.executable, peers), places))
        done = measured(workers, asked)
        if done == asked.rounds:
            rounds.check(places["url"])
    found = figures(workers)
    about = f"{done} rounds of {asked.flows} flows ({LEAST}) on {surroundings.told(peers, server)}\n"
    print(table.markdown(found), about, sep="\n", end="")
    if asked.write and done == asked.rounds:
        readme.put(PICTURE, chart.svg(found))
        readme.fill(
            "bench", f"![{chart.story(found)}](diagrams/{PICTURE})\n\n{table.markdown(found)}\nMeasured in {about}"
        )


def _asked() -> argparse.Namespace:
    parser = asking.parser(__doc__)
    parser.add_argument("--rounds", type=asking.count, default=15, help="each contender once in each of them")
    parser.add_argument("--flows", type=asking.count, default=150, help=FLOWS)
    parser.add_argument("--only", type=_names, default=[], help=f"some of {','.join(ALL)}; all, if it is left out")
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="DIR",
        help="the peers' environment; made if it is missing, among temporary files if it is left out",
    )
    parser.add_argument("--write", action="store_true", help="the table and the picture, into the README")
    asked = parser.parse_args()
    if asked.write and asked.only:
        parser.error("--write takes all contenders: leave --only out")
    return asked


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - ALL.keys():
        told = f"no contender is called {', '.join(sorted(unknown))}: choose of {', '.join(ALL)}"
        raise argparse.ArgumentTypeError(told)
    return names


def measured(workers: list[rounds.Worker], asked: argparse.Namespace) -> int:
    """All rounds, or those until Ctrl-C, if there are any; how many."""
    done = 0
    try:
        for done, took in enumerate(rounds.run(workers, asked.rounds, asked.flows), 1):
            print(f"round {done} of {asked.rounds}: {took:.0f} s", file=sys.stderr)
    except KeyboardInterrupt:
        if not done:
            raise SystemExit("stopped before a round was done") from None
    for each in workers:
        del each.took[done:]
    return done


if __name__ == "__main__":
    main()
