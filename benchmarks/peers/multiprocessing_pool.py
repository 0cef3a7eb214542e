"""The pool of Python's own multiprocessing, with one worker process."""
import multiprocessing

import twin

if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        twin.run(
            "multiprocessing",
            50_000,
            lambda xs: pool.map(twin.increment, xs, chunksize=1),
            lambda x: pool.apply(twin.increment, (x,)),
        )
