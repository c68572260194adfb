"""The virtual clock: sleeps pass at once, all clocks agree, and what is signalled in time is."""

from __future__ import annotations

import _thread
import asyncio
import datetime
import logging
import pickle
import queue
import sched
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic as real_monotonic
from time import sleep as real_sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.lambda_context import LONGEST_CALL, CallEndedError
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.sandbox import clock as clock_module
from ecr_contracts.runtime.sandbox.clock import Clock, arrival
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.worker.parent import Worker
from tests.writing import write

UNREAL = 1.0
"""Seconds of real time that a test with sleeps of minutes stays below, on a busy machine too."""
SHORTEST = 5.0
"""Seconds that the shortest sleep of a test on the virtual clock has, which it never really takes:
all else that it does may take longer than `UNREAL` on a machine with much else to do.
"""

CLOCKS = {
    "time": lambda: time.time(),
    "time_ns": lambda: time.time_ns() / 1e9,
    "monotonic": lambda: time.monotonic(),
    "monotonic_ns": lambda: time.monotonic_ns() / 1e9,
    "perf_counter": lambda: time.perf_counter(),
    "perf_counter_ns": lambda: time.perf_counter_ns() / 1e9,
    "now": lambda: datetime.datetime.now().timestamp(),
    "now in UTC": lambda: datetime.datetime.now(datetime.UTC).timestamp(),
    "today": lambda: datetime.datetime.today().timestamp(),
    "a subclass": lambda: Moment.now().timestamp(),
    "a log record": lambda: logging.makeLogRecord({}).created,
    "localtime": lambda: time.mktime(time.localtime()),
    "ctime": lambda: time.mktime(time.strptime(time.ctime())),
    "asctime": lambda: time.mktime(time.strptime(time.asctime())),
    "strftime": lambda: time.mktime(time.strptime(time.strftime("%c"), "%c")),
}


class Moment(datetime.datetime):
    """What pendulum and others derive."""


@contextmanager
def clock():
    hooks = ImportHooks()
    virtual = Clock(hooks)
    with hooks:
        virtual.install()
        try:
            yield virtual
        finally:
            virtual.remove()


@pytest.fixture
def virtual():
    began = real_monotonic()
    with clock() as one:
        one.begin(LONGEST_CALL)
        yield one
    assert real_monotonic() - began < SHORTEST


def elapsed(action):
    """The seconds that an action takes by the consumer's clock."""
    began = time.monotonic()
    action()
    return time.monotonic() - began


def near(seconds):
    return pytest.approx(seconds, abs=UNREAL)


def test_all_clocks_tell_how_long_was_slept(virtual):
    before = {name: read() for name, read in CLOCKS.items()}
    time.sleep(100)
    passed = {name: read() - before[name] for name, read in CLOCKS.items()}
    assert passed == dict.fromkeys(CLOCKS, pytest.approx(100, abs=1.5))
    assert datetime.date.today() == datetime.datetime.now().date()
    assert isinstance(Moment.now(), Moment)


def test_everything_is_put_back():
    names = ("sleep", "time", "monotonic", "perf_counter", "localtime", "strftime", "time_ns")
    before = [getattr(time, name) for name in names]
    waits = threading.Condition.wait, threading.Thread.join
    now, utcnow = (vars(datetime.datetime)[name] for name in ("now", "utcnow"))
    with clock():
        assert [getattr(time, name) for name in names] != before
        assert vars(datetime.datetime)["now"] is not now
        time.sleep(1000)
    assert [getattr(time, name) for name in names] == before
    assert (threading.Condition.wait, threading.Thread.join) == waits
    assert (vars(datetime.datetime)["now"], vars(datetime.datetime)["utcnow"]) == (now, utcnow)
    assert abs(datetime.datetime.now().timestamp() - time.time()) < 0.5


def test_a_thread_that_was_there_before_and_is_unknown_to_threading_holds_nothing_up():
    """As those that execnet starts, in the processes of pytest-xdist."""
    ready, done = _thread.allocate_lock(), _thread.allocate_lock()
    ready.acquire()
    done.acquire()

    def wait():
        ready.release()
        done.acquire()

    _thread.start_new_thread(wait, ())
    ready.acquire()
    began = real_monotonic()
    with clock():
        time.sleep(30)
    done.release()
    assert real_monotonic() - began < SHORTEST


def test_the_class_of_dates_stays_what_it_is(virtual):
    time.sleep(5)
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=2)))
    assert type(now) is datetime.datetime
    assert now.utcoffset() == datetime.timedelta(hours=2)
    assert pickle.loads(pickle.dumps(now)) == now


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")
def test_the_time_in_utc_without_a_zone_is_the_same_time(virtual):
    time.sleep(50)
    now = datetime.datetime.utcnow()
    assert now.tzinfo is None
    assert abs(now.replace(tzinfo=datetime.UTC).timestamp() - time.time()) < 0.1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="it is deprecated since 3.12")
def test_the_warning_of_utcnow_names_the_line_of_the_consumer(virtual):
    with pytest.warns(DeprecationWarning, match=r"utcnow\(\) is deprecated") as warned:
        datetime.datetime.utcnow()
    assert warned[0].filename == __file__


def test_each_call_begins_at_the_real_time_and_no_stopwatch_goes_back():
    with clock() as virtual:
        virtual.begin(LONGEST_CALL)
        time.sleep(500)
        stopwatch = time.monotonic()
        virtual.begin(LONGEST_CALL)
        assert abs(time.time() - time.clock_gettime(time.CLOCK_REALTIME)) < 0.5
        assert datetime.datetime.now().timestamp() == pytest.approx(time.time(), abs=0.5)
        assert time.monotonic() >= stopwatch


# --- the time of the event ------------------------------------------------------------------------

EVENT_TIME = 1_772_366_400.0  # 2026-03-01T12:00:00Z
STOPWATCHES = {name for name in CLOCKS if name.startswith(("monotonic", "perf_counter"))}


def test_the_time_of_day_begins_at_the_given_time_and_stopwatches_do_not():
    with clock() as virtual:
        for began in (EVENT_TIME, EVENT_TIME - 1e8):
            before = {name: CLOCKS[name]() for name in STOPWATCHES}
            virtual.begin(LONGEST_CALL, began)
            for name in CLOCKS.keys() - STOPWATCHES:
                assert CLOCKS[name]() == pytest.approx(began, abs=1.5), name
            for name in STOPWATCHES:
                assert CLOCKS[name]() == pytest.approx(before[name], abs=1.5), name
            time.sleep(600)
            assert time.time() == pytest.approx(began + 600, abs=UNREAL)
            assert datetime.datetime.now().timestamp() == pytest.approx(time.time(), abs=0.5)


def test_a_clock_that_somebody_has_set_before_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    with clock() as virtual:
        virtual.begin(LONGEST_CALL, EVENT_TIME)
        assert time.time() == 86_400.0
        time.sleep(50)
        assert time.time() == pytest.approx(86_450.0, abs=UNREAL)


def test_a_clock_within_another_one_begins_at_its_own_time():
    with clock() as outer:
        outer.begin(LONGEST_CALL, EVENT_TIME)
        with clock() as inner:
            inner.begin(LONGEST_CALL, EVENT_TIME + 1e6)
            assert time.time() == pytest.approx(EVENT_TIME + 1e6, abs=UNREAL)
        assert time.time() == pytest.approx(EVENT_TIME, abs=UNREAL)


@pytest.mark.parametrize(
    ("times", "arrived"),
    [
        (["2026-03-01T12:00:00Z"], EVENT_TIME + 1),
        (["2026-03-01T13:00:00+01:00"], EVENT_TIME + 1),
        (["2027-03-01T12:00:00Z", "2026-03-01T12:00:00Z"], EVENT_TIME + 1),
        (["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday", "", None, 7], None),
        (["2026-03-01T12:00:00"], None),
        ([], None),
    ],
)
def test_events_arrive_a_second_after_the_first_of_their_times(times, arrived):
    assert arrival([{"time": one} for one in times]) == arrived


def test_an_event_without_a_time_tells_none():
    assert arrival([{}]) is None


def test_a_loop_with_a_deadline_ends(virtual):
    rounds = 0
    deadline = time.time() + 60
    while time.time() < deadline:
        time.sleep(5)
        rounds += 1
    assert rounds == 12


def test_a_function_taken_out_of_the_module_before_is_replaced_as_well(monkeypatch):
    module = type(sys)("taken_before")
    module.sleep, module.time = time.sleep, time.time
    monkeypatch.setitem(sys.modules, "taken_before", module)
    before = module.sleep
    with clock() as virtual:
        virtual.begin()
        assert elapsed(lambda: module.sleep(30)) == near(30)
        assert abs(module.time() - time.time()) < 0.5
    assert module.sleep is before


def test_what_sleep_refuses_is_refused(virtual):
    with pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)
    with pytest.raises(TypeError):
        time.sleep("1")


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param(lambda: threading.Event().wait(40), id="event"),
        pytest.param(lambda: threading.Semaphore(0).acquire(timeout=40), id="semaphore"),
        pytest.param(lambda: scheduled(40), id="scheduler"),
        pytest.param(lambda: joined_timer(40), id="timer"),
    ],
)
def test_a_wait_that_nobody_ends_passes_at_once(virtual, wait):
    assert elapsed(wait) == near(40)


def scheduled(seconds):
    scheduler = sched.scheduler(time.time, time.sleep)
    scheduler.enter(seconds, 1, int)
    scheduler.run()


def joined_timer(seconds):
    timer = threading.Timer(seconds, int)
    timer.start()
    timer.join()


def test_a_queue_that_stays_empty_is_waited_for_in_virtual_time(virtual):
    def get():
        with pytest.raises(queue.Empty):
            queue.Queue().get(timeout=30)

    assert elapsed(get) == near(30)


def test_timers_of_asyncio_pass_at_once(virtual):
    async def sleeps():
        await asyncio.gather(asyncio.sleep(10), asyncio.sleep(30))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 60)

    assert elapsed(lambda: asyncio.run(sleeps())) == near(90)


def test_an_event_loop_waits_for_its_threads(virtual):
    async def work():
        return await asyncio.wait_for(asyncio.to_thread(worked), 60)

    assert asyncio.run(work()) == "done"
    assert elapsed(lambda: asyncio.run(work())) < UNREAL


def worked():
    """Work that takes its real time."""
    end = real_monotonic() + 0.05
    while real_monotonic() < end:
        pass
    return "done"


def test_a_signal_comes_before_the_time_out(virtual):
    signal = threading.Event()

    def work():
        worked()
        signal.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert signal.wait(500)
    thread.join(500)
    assert not thread.is_alive()
    assert virtual.now() - real_monotonic() < UNREAL


def test_a_signal_that_is_the_last_thing_that_a_thread_does_is_not_missed(virtual):
    for _ in range(200):
        signal = threading.Event()
        threading.Thread(target=signal.set).start()
        assert signal.wait(500)
    assert virtual.now() - real_monotonic() < UNREAL


def test_a_result_comes_before_the_time_out(virtual):
    with ThreadPoolExecutor(2) as pool:
        assert pool.submit(worked).result(timeout=500) == "done"
        assert pool.submit(time.sleep, 5).result(timeout=500) is None


def test_a_thread_in_the_background_beats_only_while_others_sleep(virtual):
    beats = []

    def beat():
        while True:
            time.sleep(60)
            beats.append(time.monotonic())

    threading.Thread(target=beat, daemon=True).start()
    real_sleep(0.05)
    assert beats == []
    time.sleep(5)
    assert beats == []
    time.sleep(200)
    assert len(beats) == 3


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(1, 30), max_size=3), min_size=1, max_size=4))
def test_threads_that_sleep_together_take_as_long_as_the_longest_of_them(plans):
    all_there = threading.Barrier(len(plans))

    def follow(plan):
        # All begin at the same moment, however slowly the threads come to be.
        all_there.wait(60)
        for seconds in plan:
            time.sleep(seconds)

    def together():
        threads = [threading.Thread(target=follow, args=(plan,)) for plan in plans[1:]]
        for thread in threads:
            thread.start()
        follow(plans[0])
        for thread in threads:
            thread.join()

    with clock() as virtual:
        virtual.begin()
        longest, began = max(map(sum, plans)), real_monotonic()
        taken = elapsed(together)
        assert longest - 0.01 <= taken <= longest + real_monotonic() - began + 0.01


def test_a_thread_that_was_started_and_has_not_run_yet_is_at_work(monkeypatch):
    limbo: dict[object, object] = {}
    monkeypatch.setattr(threading, "_limbo", limbo)
    starting = threading.Thread()
    limbo[starting] = starting
    told = threading.Event()
    system = threading.Thread(target=lambda: (told.wait(), real_sleep(0.1), limbo.clear()))
    system.start()
    with clock() as virtual:
        virtual.begin()
        began = real_monotonic()
        told.set()
        assert elapsed(lambda: time.sleep(SHORTEST)) == near(SHORTEST)
        assert 0.1 <= real_monotonic() - began < SHORTEST
    system.join()


def test_a_thread_that_was_signalled_and_not_let_run_since_is_at_work():
    condition = threading.Condition()

    def wait():
        with condition:
            condition.wait(60)

    def is_standing():
        frames = sys._current_frames()
        frame = frames[waiting.ident]
        return clock_module._is_waiting(frame) and not clock_module._has_waited(frame, frames)

    waiting = threading.Thread(target=wait)
    waiting.start()
    interval = sys.getswitchinterval()
    try:
        while not is_standing():
            real_sleep(0.01)
        sys.setswitchinterval(60)
        with condition:
            before = is_standing()
            condition.notify()
            after = is_standing()
    finally:
        sys.setswitchinterval(interval)
        waiting.join()
    assert (before, after) == (True, False)


def test_a_program_is_waited_for_in_real_time():
    program = [sys.executable, "-c", "import time; time.sleep(0.2)"]
    with clock() as virtual:
        virtual.begin()
        began = real_monotonic()
        subprocess.run(program, timeout=60, check=True)
        assert real_monotonic() - began > 0.15
        assert virtual.now() - real_monotonic() < 0.05


def test_a_call_ends_where_it_sleeps_for_longer_than_lambda_lets_it(virtual):
    def poll():
        while True:
            time.sleep(7)

    began = time.monotonic()
    with pytest.raises(CallEndedError, match="no answer within 900 s, the most that Lambda"):
        poll()
    assert time.monotonic() - began == near(900)
    virtual.end()
    time.sleep(5000)


HANDLERS = """
    import asyncio, datetime, signal, threading, time
    from time import sleep

    def polls(event, context):
        before = context.get_remaining_time_in_millis()
        deadline = datetime.datetime.now() + datetime.timedelta(minutes=2)
        while datetime.datetime.now() < deadline:
            sleep(10)
        return [before, context.get_remaining_time_in_millis()]

    def ends(event, context):
        try:
            while True:
                time.sleep(20)
        except Exception:
            return "caught"

    async def waits(event, context):
        await deeper()

    async def deeper():
        await asyncio.sleep(60)

    def alarms(event, context):
        def ring(*_):
            raise TimeoutError(time.monotonic() - began)
        signal.signal(signal.SIGALRM, ring)
        signal.alarm(30)
        began = time.monotonic()
        while True:
            time.sleep(20)

    LOADED = time.time()

    def tells(event, context):
        import datetime
        return [LOADED, time.time(), datetime.datetime.now(datetime.timezone.utc).timestamp()]

    def spins(event, context):
        end = time.time() + 1000
        while time.time() < end:
            pass
    """


@pytest.fixture
def calls(tmp_path):
    write(tmp_path, "app.py", HANDLERS)

    def call(handler, **options):
        with Worker(Target.parse(f"{tmp_path / 'app.py'}:{handler}"), **options) as worker:
            return worker.call({})

    return call


def test_the_context_tells_what_is_left_by_the_same_clock(calls):
    outcome = calls("polls", lambda_timeout=300)
    before, after = outcome.returned
    assert 299_000 < before <= 300_000
    assert 179_000 < after <= 180_000
    assert outcome.seconds < UNREAL


def test_a_call_that_sleeps_too_long_is_late_at_its_line(calls):
    outcome = calls("ends", timeout=30)
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 30 s")
    assert outcome.location.source == "time.sleep(20)"
    assert outcome.seconds < UNREAL


def test_a_coroutine_that_waits_too_long_is_late_where_it_waits(calls):
    outcome = calls("waits", timeout=30)
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 30 s")
    assert outcome.location.source == "await asyncio.sleep(60)"


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="Windows has no alarms")
def test_an_alarm_interrupts_a_sleep_at_its_time(calls):
    outcome = calls("alarms", lambda_timeout=900)
    assert (outcome.status, outcome.exception) == (Status.RAISED, "TimeoutError")
    assert float(outcome.message) == near(30)
    assert outcome.seconds < UNREAL


def test_a_loop_without_sleeps_is_ended_in_real_time(calls):
    outcome = calls("spins", timeout=0.3, lambda_timeout=900)
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 0.3 s")


@pytest.mark.parametrize("via", ["lambda", "sqs", "sns-sqs", "kinesis"])
def test_a_consumer_is_loaded_and_called_at_the_time_of_its_event(tmp_path, via):
    write(tmp_path, "app.py", HANDLERS)
    ordinary, sample = case("scan/ordinary").event, case("scan/sample").event
    target = Target.parse(f"{tmp_path / 'app.py'}:tells")
    with Worker(target, events=[ordinary]) as worker:
        for event in (sample, ordinary, sample):
            loaded, called, now = worker.call(envelope(via).wrap([event])).returned
            assert loaded == pytest.approx(arrival([ordinary]), abs=UNREAL)
            assert called == pytest.approx(arrival([event]), abs=UNREAL)
            assert now == pytest.approx(called, abs=UNREAL)
