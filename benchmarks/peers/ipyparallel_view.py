"""ipyparallel's load-balanced view with one engine, in a cluster of its own that ends with it."""
import logging
import os
import sys
import tempfile

import twin

if __name__ == "__main__":
    # A profile of its own: nothing of the user's is read, and nothing stays behind.
    with tempfile.TemporaryDirectory(prefix="farm_peers_") as home:
        os.environ["IPYTHONDIR"] = home
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # the engine imports twin, too
        import ipyparallel

        with ipyparallel.Cluster(n=1, log_level=logging.WARNING) as client:
            client.wait_for_engines(1, interactive=False, timeout=60)
            view = client.load_balanced_view()
            twin.run(
                "ipyparallel",
                1_000,
                lambda xs: view.map_sync(twin.increment, xs, chunksize=1),
                lambda x: view.apply_sync(twin.increment, x),
            )
