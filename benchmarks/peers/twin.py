"""The work that every Python peer does: a double in, a double out, one task in a message.

The same as benchmarks/task_rate (a map) and benchmarks/latency (one task after the other).
"""
import argparse
import statistics
import time


def increment(x):
    return x + 1.0


def run(name, tasks, map_all, call):
    """Time map_all(xs), which returns the results of all, and call(x), which waits for one.

    Prints the two lines of CSV that benchmarks/run.sh reads.
    """
    parser = argparse.ArgumentParser(description=f"{name}: single empty tasks")
    parser.add_argument("--tasks", type=int, default=tasks, help="number of tasks (%(default)s)")
    tasks = parser.parse_args().tasks
    xs = [float(i) for i in range(tasks)]

    list(map_all(xs[: tasks // 10 + 1]))
    start = time.perf_counter()
    results = list(map_all(xs))
    seconds = time.perf_counter() - start
    if sum(results) != tasks * (tasks - 1) / 2 + tasks:
        raise SystemExit(f"{name}: the sum of the results is wrong")

    trips = []
    for x in xs[: min(tasks, 300)]:
        start = time.perf_counter()
        call(x)
        trips.append(time.perf_counter() - start)

    print("question,name,tasks,seconds,rate,latency_us")
    latency = 1e6 * statistics.median(trips)
    print(f"peers,{name},{tasks},{seconds:.6f},{tasks / seconds:.1f},{latency:.1f}", flush=True)
