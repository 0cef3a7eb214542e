"""ipyparallel's direct view: a push of 8 MiB to two engines, as benchmarks/collectives does it.

Once as one buffer, which is the best that it can be given, and once as the list of floats that a
program in plain Python would have.
"""
import argparse
import array
import logging
import os
import statistics
import sys
import tempfile
import time

BYTES = 8 << 20


def push(view, repeat, form):
    """The median of the times of a push in milliseconds, the first one not counted.

    What arrived is checked.
    """
    times = []
    for turn in range(repeat + 1):
        values = form(array.array("d", (i + 0.25 * turn for i in range(BYTES // 8))))
        start = time.perf_counter()
        view.push({"data": values}, block=True)
        times.append(time.perf_counter() - start)
        if view.pull("data", block=True) != [values] * len(view):
            raise SystemExit("ipyparallel: the engines hold something else than was pushed")
    return 1e3 * statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser(description="ipyparallel: a push of 8 MiB to two engines")
    parser.add_argument("--repeat", type=int, default=5, help="timed rounds (%(default)s)")
    repeat = parser.parse_args().repeat
    # A profile of its own: nothing of the user's is read, and nothing stays behind.
    with tempfile.TemporaryDirectory(prefix="farm_peers_") as home:
        os.environ["IPYTHONDIR"] = home
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
        import ipyparallel

        with ipyparallel.Cluster(n=2, log_level=logging.WARNING) as client:
            client.wait_for_engines(2, interactive=False, timeout=60)
            buffer_ms = push(client[:], repeat, array.array.tobytes)
            list_ms = push(client[:], repeat, array.array.tolist)
    print("question,name,bytes,ms,list_ms")
    print(f"peers,ipyparallel_push,{BYTES},{buffer_ms:.3f},{list_ms:.3f}", flush=True)


if __name__ == "__main__":
    main()
