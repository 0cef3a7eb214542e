"""mpi4py.futures with one worker: mpirun -np 2 python3 -m mpi4py.futures mpi4py_futures.py"""
from mpi4py.futures import MPIPoolExecutor

import twin

if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        twin.run(
            "mpi4py.futures",
            10_000,
            lambda xs: pool.map(twin.increment, xs, chunksize=1),
            lambda x: pool.submit(twin.increment, x).result(),
        )
