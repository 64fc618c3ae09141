"""The breaker by itself, on a clock of the test's own."""

from gateway.breaker import Breaker, Outcome, Permit, RetryBudget


class Time:
    """Seconds that only move when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def call(breaker: Breaker, outcome: Outcome) -> bool:
    permit = breaker.admit()
    if permit is None:
        return False
    breaker.record(permit, outcome)
    return True


def test_nineteen_failures_say_nothing_and_the_twentieth_opens() -> None:
    breaker = Breaker(now=Time())
    for _ in range(19):
        call(breaker, Outcome.FAILURE)
    assert not breaker.is_open
    call(breaker, Outcome.FAILURE)
    assert breaker.is_open


def test_less_than_half_failing_keeps_it_closed() -> None:
    time = Time()
    breaker = Breaker(now=time)
    for number in range(200):
        time.now += 0.01
        call(breaker, Outcome.FAILURE if number % 5 < 2 else Outcome.SUCCESS)
    assert not breaker.is_open


def test_failures_of_long_ago_are_forgotten() -> None:
    time = Time()
    breaker = Breaker(now=time)
    for _ in range(19):
        call(breaker, Outcome.FAILURE)
    time.now += 11
    call(breaker, Outcome.FAILURE)
    assert not breaker.is_open


def test_five_timeouts_in_a_row_open_it_and_any_answer_between_starts_anew() -> None:
    breaker = Breaker(now=Time())
    for outcome in [Outcome.TIMEOUT] * 4 + [Outcome.SUCCESS] + [Outcome.TIMEOUT] * 4:
        call(breaker, outcome)
    assert not breaker.is_open
    call(breaker, Outcome.TIMEOUT)
    assert breaker.is_open


def test_open_breaker_lets_one_probe_a_second_through_and_closes_on_success() -> None:
    time = Time()
    breaker = Breaker(now=time)
    for _ in range(5):
        call(breaker, Outcome.TIMEOUT)
    assert breaker.admit() is None
    time.now += 1.0
    assert breaker.admit() is Permit.PROBE
    assert breaker.admit() is None  # one at a time
    breaker.record(Permit.PROBE, Outcome.FAILURE)
    assert breaker.admit() is None
    time.now += 1.0
    assert breaker.admit() is Permit.PROBE
    breaker.record(Permit.PROBE, Outcome.SUCCESS)
    assert breaker.admit() is Permit.NORMAL


def test_answer_to_what_was_sent_before_it_opened_changes_nothing() -> None:
    time = Time()
    breaker = Breaker(now=time)
    late = breaker.admit()
    for _ in range(5):
        call(breaker, Outcome.TIMEOUT)
    assert late is not None
    breaker.record(late, Outcome.SUCCESS)
    assert breaker.is_open


def test_retries_stay_a_tenth_of_the_requests() -> None:
    budget = RetryBudget()
    retries = 0
    for _ in range(1000):
        budget.earn()
        retries += budget.spend()
    assert retries <= 105
