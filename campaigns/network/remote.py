"""Commands on another machine, as a client with a kernel of its own. No protocol for strangers: it runs whatever it is asked to.

remote.py --serve ADDRESS     waits for connections; each brings the words of one command, and gets its output
remote.py ADDRESS WORD...     runs a command there, and ends it when itself is ended
"""

import json
import os
import socket
import subprocess
import sys
import threading

port = 9017


def serve_one(connection):
    with connection, connection.makefile("r") as lines:
        words, environment = json.loads(lines.readline())
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=connection.fileno(),
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )

        def end_with_the_caller():
            lines.read()  # returns when the other side is gone
            child.kill()

        threading.Thread(target=end_with_the_caller, daemon=True).start()
        child.wait()
        connection.shutdown(socket.SHUT_RDWR)


def serve(address):
    with socket.create_server((address, port), backlog=64) as server:
        while True:
            threading.Thread(target=serve_one, args=(server.accept()[0],), daemon=True).start()


def call(address, words):
    with socket.create_connection((address, port), timeout=30) as connection:
        connection.settimeout(None)
        environment = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        connection.sendall((json.dumps([words, environment]) + "\n").encode())
        while piece := connection.recv(65536):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        call(sys.argv[1], sys.argv[2:])
