"""What a login costs, side by side with what else a user could pick: ``python tests/bench/compare.py``.

Two contenders alone: ``python tests/bench/compare.py --only base,mfa_flow``. Absolute figures are this machine's, and a
busy one's are worse; the ratios are taken within each round. ``--write`` puts all of it into the README.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

import chart
import environment
import readme
import rounds
import surroundings
import table
from contenders import ALL, chosen
from figures import Figure, figures

from mfa_flow.kit import redis_server

PICTURE = "bench.svg"


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
        found = measured(stack.enter_context(rounds.workers(wanted, (sys.executable, peers), places)), asked)
        rounds.check(places["url"])
    about = f"{asked.rounds} rounds of {asked.flows} flows on {surroundings.told(peers, server)}\n"
    print(table.markdown(found), about, sep="\n", end="")
    if asked.write:
        readme.put(PICTURE, chart.svg(found))
        readme.fill(
            "bench", f"![{chart.story(found)}](diagrams/{PICTURE})\n\n{table.markdown(found)}\nMeasured in {about}"
        )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--flows", type=int, default=400, help="of each contender in a round (of slow ones fewer)")
    parser.add_argument("--only", type=_names, default=[], help=f"some of {','.join(ALL)}")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="their environment; made if it is missing")
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


def measured(workers: list[rounds.Worker], asked: argparse.Namespace) -> list[Figure]:
    """All rounds."""
    for number, took in enumerate(rounds.run(workers, asked.rounds, asked.flows), 1):
        print(f"round {number} of {asked.rounds}: {took:.0f} s", file=sys.stderr)
    return figures(workers)


if __name__ == "__main__":
    main()
