"""Threads, processes, forks, interruption and event loops."""

import asyncio
import inspect
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Slow:
    def __init__(self):
        self.calls = []

    @cache_on_disk
    def m(self):
        self.calls.append(1)
        time.sleep(0.2)
        return [1]

    @cache_on_disk
    def nested(self):
        return self.m() + [2]


def test_threads_compute_once(tagged):
    slow, results = tagged(Slow()), []
    threads = [threading.Thread(target=lambda: results.append(slow.m())) for _ in range(16)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert results == [[1]] * 16 and len(slow.calls) == 1


def test_threads_with_objects_of_their_own_compute_once(tagged):
    calls, slows = [], [tagged(Slow()) for _ in range(8)]
    for slow in slows:
        slow.calls = calls
    threads = [threading.Thread(target=slow.m) for slow in slows]
    [t.start() for t in threads], [t.join() for t in threads]
    assert len(calls) == 1


def test_an_exception_hands_over_to_the_next(tagged):
    class Failing:
        calls = 0

        @cache_on_disk
        def m(self):
            Failing.calls += 1
            time.sleep(0.05)
            if Failing.calls < 3:
                raise ValueError(Failing.calls)
            return "at last"

    failing, results = tagged(Failing()), []

    def call():
        try:
            results.append(failing.m())
        except ValueError as error:
            results.append(error.args[0])

    threads = [threading.Thread(target=call) for _ in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(map(str, results)) == ["1", "2", "at last", "at last"]


def test_tagging_and_calling_at_once(tagged, tmp_path):
    class Named:
        tag = None

        @cache_on_disk
        def m(self):
            return {"any": 1}

    obj, stop, errors = tagged(Named()), threading.Event(), []

    def call():
        while not stop.is_set():
            try:
                assert obj.m() == {"any": 1}
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(3)]
    [t.start() for t in threads]
    for i in range(60):
        tagged(obj, f"T{i % 3}")
        cod.clear_cache(obj) if i % 7 == 0 else cod.explain(obj)
    stop.set()
    [t.join() for t in threads]
    assert not errors


def test_recursion_goes_straight_to_the_function(tagged):
    class Recursive:
        depth = 0

        @cache_on_disk
        def m(self):
            self.depth += 1
            return 1 if self.depth == 3 else self.m() + 1

    assert tagged(Recursive()).m() == 3


program = textwrap.dedent("""
    import signal, sys, time, threading
    import cache_on_disk as cod
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have switched off
    class Slow:
        @cod.cache_on_disk
        def m(self):
            print("computing", flush=True)
            time.sleep(float(sys.argv[2]))
            return 42
    slow = Slow()
    cod.set_tmpdir(slow, sys.argv[1])
    cod.set_tag(slow, "T")
    print("ready", flush=True)
    try:
        print(slow.m(), flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
""")


def rest(process):
    """What a program writes from here to its end. (communicate() would lose what readline() has buffered.)"""
    output = process.stdout.read()
    process.wait(timeout=60)
    return output


@pytest.fixture
def start(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(program)
    started = []

    def run(seconds):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen([sys.executable, str(script), str(tmp_path), str(seconds)], env=environment,
                                   stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_processes_compute_once(start):
    outputs = [rest(p) for p in [start(0.5) for _ in range(3)]]
    assert sum("computing" in output for output in outputs) == 1 and all("42" in output for output in outputs)


def test_another_process_takes_over_when_the_computing_one_is_killed(start):
    first = start(60)
    assert first.stdout.readline() == "computing\n"
    second = start(0)
    first.kill()
    assert rest(second) == "computing\n42\n"


def test_ctrl_c_ends_the_wait_for_another_process(start):
    first = start(60)
    assert first.stdout.readline() == "computing\n"
    second = start(0)
    time.sleep(0.3)
    begin = time.monotonic()
    second.send_signal(signal.SIGINT)
    assert rest(second) == "interrupted\n" and time.monotonic() - begin < 2


def test_waiting_holds_up_no_other_thread(start, tmp_path):
    first = start(1)
    assert first.stdout.readline() == "computing\n"
    waiting = textwrap.dedent("""
        import time
        def tick():
            global ticks
            while True: ticks += 1; time.sleep(0.01)
        ticks = 0
        threading.Thread(target=tick, daemon=True).start()
    """)
    script = tmp_path / "other" / "program.py"
    script.parent.mkdir()
    script.write_text(program.replace("slow = Slow()", waiting + "slow = Slow()").replace("print(slow.m(), flush=True)", "print(slow.m(), ticks > 20)"))
    output = subprocess.run([sys.executable, str(script), str(tmp_path), "0"], capture_output=True, text=True, timeout=60,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert output.stdout == "ready\n42 True\n", output.stderr


def test_a_child_of_a_fork_calls_and_computes(tagged):
    slow = tagged(Slow())
    slow.m()
    child = os.fork()
    if child == 0:
        try:
            right = slow.m() == [1] and slow.nested() == [1, 2] and tagged(slow, "child").nested() == [1, 2]
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0 and slow.nested() == [1, 2]


def test_a_fork_while_threads_compute(tagged):
    slow = tagged(Slow())
    thread = threading.Thread(target=slow.nested)
    thread.start()
    time.sleep(0.05)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if slow.nested() == [1, 2] else 1)
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_daemon_threads_do_not_disturb_the_end(tmp_path):
    code = textwrap.dedent("""
        import sys, threading, time
        import cache_on_disk as cod
        class A:
            def __init__(self, i): self.i = i
            @cod.cache_on_disk
            def m(self):
                time.sleep(0.001)
                return [self.i]
        def churn():
            i = 0
            while True:
                a = A(i); cod.set_tmpdir(a, sys.argv[1]); cod.set_tag(a, f"T{i % 5}"); a.m(); cod.refresh(a); a.m(); i += 1
        for _ in range(4): threading.Thread(target=churn, daemon=True).start()
        time.sleep(0.3)
    """)
    for _ in range(5):
        result = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                                capture_output=True, text=True, timeout=60)
        assert result.returncode == 0, result.stderr


class Async:
    def __init__(self):
        self.calls = 0

    @cache_on_disk
    async def m(self):
        self.calls += 1
        await asyncio.sleep(0.1)
        return {"v": 1}

    @cache_on_disk
    async def nested(self):
        return {**await self.m(), "again": self.depth < 1 and await self.again()}

    depth = 0

    @cache_on_disk
    async def again(self):
        self.depth += 1
        return await self.again() if self.depth < 2 else self.depth

    @cache_on_disk(by_arguments=True)
    async def by(self, x):
        self.calls += 1
        return x * 2

    @cache_on_disk
    async def fails(self):
        await asyncio.sleep(0)
        raise KeyError("mine")


def test_an_async_method_caches_the_awaited_value(tagged, entries):
    first, second = tagged(Async()), tagged(Async())
    assert (inspect.iscoroutinefunction if sys.version_info >= (3, 12) else asyncio.iscoroutinefunction)(Async.m)

    async def run():
        assert await first.m() == {"v": 1} and await first.m() == {"v": 1}
        assert await second.m() == {"v": 1}
        assert await second.nested() == {"v": 1, "again": 2}
        assert await first.by(2) == 4 and await first.by(x=2) == 4 and await first.by(3) == 6

    asyncio.run(run())
    assert first.calls == 3 and second.calls == 0 and "root.Async.m.npy" in entries()


def test_tasks_compute_once_and_the_loop_goes_on(tagged):
    obj, ticks = tagged(Async()), []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.005)

    async def run():
        ticker = asyncio.create_task(tick())
        results = await asyncio.gather(*(obj.m() for _ in range(40)))
        ticker.cancel()
        return results

    assert asyncio.run(run()) == [{"v": 1}] * 40 and obj.calls == 1 and len(ticks) > 8


def test_the_loop_goes_on_while_another_process_computes(start, tmp_path):
    first = start(1)
    assert first.stdout.readline() == "computing\n"
    code = program.replace("def m(", "async def m(").replace("print(slow.m(), flush=True)", textwrap.dedent("""
        import asyncio
            async def run():
                task = asyncio.ensure_future(slow.m())
                ticks = 0
                while not task.done():
                    ticks += 1
                    await asyncio.sleep(0.01)
                print(await task, ticks > 20)
            asyncio.run(run())""").strip())
    script = tmp_path / "other" / "program.py"
    script.parent.mkdir()
    script.write_text(code)
    output = subprocess.run([sys.executable, str(script), str(tmp_path), "0"], capture_output=True, text=True, timeout=60,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert output.stdout == "ready\n42 True\n", output.stderr


def test_an_async_exception_and_a_cancellation_pass(tagged, entries):
    obj = tagged(Async())

    async def run():
        with pytest.raises(KeyError) as caught:
            await obj.fails()
        assert caught.value.__context__ is None
        task = asyncio.create_task(obj.m())
        await asyncio.sleep(0.03)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await obj.m()

    assert asyncio.run(run()) == {"v": 1} and entries() == ["root.Async.m.npy"]


def test_without_a_tag_an_async_method_is_itself():
    obj = Async()
    assert asyncio.run(obj.m()) == {"v": 1} and asyncio.run(obj.m()) == {"v": 1} and obj.calls == 2
