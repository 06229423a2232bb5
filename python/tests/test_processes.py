"""Several processes that ask for one value."""

import signal
import textwrap
import time

from slow_program import begin, program, rest


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
    script = tmp_path / "program.py"  # the same place makes it the same program
    script.write_text(
        program.replace("slow = Slow()", waiting + "slow = Slow()").replace(
            "print(slow.m(), flush=True)", "print(slow.m(), ticks > 20)"
        )
    )
    assert begin(script, tmp_path, 0).communicate(timeout=60)[0] == "ready\n42 True\n"
