"""From what the rounds took to what is told: ratios round by round, medians with quartiles."""

from dataclasses import dataclass
from statistics import median, quantiles

from rounds import Worker


@dataclass(frozen=True)
class Figure:
    """One contender's line: microseconds of CPU per flow, the ratio with its quartiles, and ours over it."""

    name: str
    against: str
    told: str
    at_once: int
    part: bool
    peer: bool
    cpu: float
    low: float
    middle: float
    high: float
    beaten: float | None


def figures(workers: list[Worker]) -> list[Figure]:
    """In the order of the table."""
    by_name = {each.contender.name: each for each in workers}
    return [_figure(each, by_name) for each in workers]


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """The lower one, the median, the upper one."""
    return tuple(quantiles(values, n=4, method="inclusive")) if len(values) > 1 else (values[0],) * 3


def _figure(worker: Worker, by_name: dict[str, Worker]) -> Figure:
    own, base = worker.contender, by_name[worker.contender.against]
    # A flow's speed counts against the base's, and of a part its share of the base's flow.
    ratios = _ratios(worker, base) if own.part else _ratios(base, worker)
    low, middle, high = quartiles(ratios)
    ours = None if own.part else by_name.get(own.ours)
    beaten = None if ours is None else median(_ratios(worker, ours))
    return Figure(
        own.name, own.against, own.told, own.at_once, own.part, own.peer, median(worker.took), low, middle, high, beaten
    )


def _ratios(upper: Worker, lower: Worker) -> list[float]:
    return [one / other for one, other in zip(upper.took, lower.took, strict=True)]
