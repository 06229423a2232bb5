"""Several processes that ask for one value."""

import signal
import textwrap

from slow_program import go_on, program, rest


def start_waiting(start):
    """One that computes until it is told to end, and one that waits for it."""
    first = start("slowly")
    assert first.stdout.readline() == "computing\n"
    second = start("at once")
    assert second.stdout.readline() == "waiting\n"
    return first, second


def test_processes_compute_once(start):
    first, second = start_waiting(start)
    third = start("at once")
    assert third.stdout.readline() == "waiting\n"
    go_on(first)
    assert [rest(process) for process in (first, second, third)] == ["42\n"] * 3


def test_another_process_takes_over_when_the_computing_one_is_killed(start):
    first, second = start_waiting(start)
    first.kill()
    assert rest(second) == "computing\n42\n"


def test_ctrl_c_ends_the_wait_for_another_process(start):
    first, second = start_waiting(start)
    second.send_signal(signal.SIGINT)
    assert rest(second) == "interrupted\n" and first.poll() is None


def test_waiting_holds_up_no_other_thread(start, tmp_path):
    first = start("slowly")
    assert first.stdout.readline() == "computing\n"
    echo = textwrap.dedent("""
        import os
        def echo():
            while True: os.write(1, os.read(0, 100))
        threading.Thread(target=echo, daemon=True).start()
    """)
    # In the same place, which makes it the same program.
    (tmp_path / "program.py").write_text(program.replace("slow = Slow()", echo + "slow = Slow()"))
    second = start("at once")
    assert second.stdout.readline() == "waiting\n"
    for i in range(20):
        second.stdin.write(f"{i}\n")
        second.stdin.flush()
        assert second.stdout.readline() == f"{i}\n"
    go_on(first)
    assert rest(second) == "42\n"
