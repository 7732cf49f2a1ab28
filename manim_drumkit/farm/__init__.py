"""The chunks of a run, rendered by the workers of a Dask cluster.

The processes of a run, and what they send each other::

    drumkit-farm          the supervisor of run/, with a pool of Dask workers in place of its own
    │  sends    a bundle    once to each worker: plan, levels, scene, modules, what --include names
    │  sends    tasks       a chunk each; at most two per thread of a worker
    │  receives events      worker ready, with its versions; frames drawn; worker gone
    │  receives segments    video, receipt and log; checked, written, and released at once
    └─ Dask scheduler     knows no more than that; results pass through it
       └─ N Dask workers    unpack the bundle into a folder of their own
          └─ manims            one per thread, render … --chunk-file -, for many chunks

No file system is shared. A worker is used when it has said that it is ready with the same
versions as the client, so one that joins late is used from then on. Each chunk is sent to one
worker by its address: when the worker is gone or silent, the chunk waits for another one.

Nobody sends a segment that does not name, in its receipt, the chunk, scene, modules, settings and
versions that the client has itself; with any other it counts as failed.
"""
