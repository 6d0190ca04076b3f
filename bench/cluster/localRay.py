"""A Ray cluster on this machine: a head without CPUs and two workers, each its own raylet.

usage: localRay.py FOLDER      prints one JSON line with the dashboard's address; then a line `lose` on its input takes a worker that is busy
                               away, as a machine that fails, and says so; the end of its input ends the cluster.
"""
import json
import os
import pathlib
import secrets
import socket
import sys
import threading
import time

# Ray's processes inherit standard input. Node makes it a socket, and a bash that finds one there assumes a remote shell and reads its
# user's start-up file, which changes PATH.
orders = os.fdopen(os.dup(0))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
# Patience for slow machines: a process that starts or answers late under load must not be mistaken for a hung one.
SECONDS = ("RAY_worker_register_timeout_seconds", "RAY_DASHBOARD_STARTUP_TIMEOUT_S", "RAY_raylet_start_wait_time_s")
MILLISECONDS = ("RAY_agent_register_timeout_ms", "RAY_health_check_timeout_ms")
# A socket that does not exist yet is retried every second. What Ray calls the timeout here is the pause between two attempts.
ATTEMPTS = "RAY_raylet_client_num_connect_attempts"
# Gives tasks the same niceness as our own trainer beside them.
NICENESS = "RAY_worker_niceness"
# A job's entry point is `python`: put this environment's first, since it is not activated.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
os.environ.update(RAY_TMPDIR=sys.argv[1], RAY_USAGE_STATS_ENABLED="0", OMP_NUM_THREADS="1", **dict.fromkeys((*SECONDS, ATTEMPTS), "900"),
                  **dict.fromkeys(MILLISECONDS, "900000"), **{NICENESS: "0"})
import psutil
from ray.cluster_utils import Cluster

CPUS = 1
AGENTS = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")


def node_with_ports():
    """An id, and free ports for a node's agents."""
    sockets = [socket.socket() for _ in AGENTS]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = {name: one.getsockname()[1] for name, one in zip(AGENTS, sockets)}
    for one in sockets:
        one.close()
    return secrets.token_hex(28), ports


def settings(node):
    name, ports = node
    return {**ports, "env_vars": {"RAY_OVERRIDE_NODE_ID_FOR_TESTING": name}}


def announce(nodes):
    """A raylet waits only seconds for its agents to write their ports, and dies if one is slow: so the ports are fixed beforehand."""
    latest = pathlib.Path(sys.argv[1]) / "ray" / "session_latest"
    while not latest.exists():
        time.sleep(0.05)
    for name, ports in nodes:
        for agent, port in ports.items():
            (latest / f"{agent}_{name}").write_text(str(port))


def busy(node):
    """Processor seconds used by the node's tasks."""
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    return sum(sum(child.cpu_times()[:2]) for child in raylet.children(recursive=True) if "ray::tune" in " ".join(child.cmdline()))


def main():
    head, *others = nodes = [node_with_ports() for _ in range(3)]
    threading.Thread(target=announce, args=(nodes,), daemon=True).start()
    memory = {"object_store_memory": 200 << 20}
    cluster = Cluster(initialize_head=True, head_node_args={
        "num_cpus": 0, "include_dashboard": True, "dashboard_host": "127.0.0.1", "dashboard_port": 0, **memory, **settings(head)})
    workers = [cluster.add_node(num_cpus=CPUS, **memory, **settings(node)) for node in others]
    cluster.wait_for_nodes()
    print(json.dumps({"address": f"http://{cluster.head_node.webui_url}", "workers": len(workers)}), flush=True)
    for line in orders:
        if line.strip() != "lose":
            continue
        worker = max(workers, key=busy)
        seconds = busy(worker)
        workers.remove(worker)
        cluster.remove_node(worker, allow_graceful=False)
        print(json.dumps({"lost": True, "busySeconds": seconds, "workers": len(workers)}), flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
