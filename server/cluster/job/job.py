"""The Ray job: a task for each repository, as many at once as there are GPUs.

What happens is told in lines of the log that begin with MARK and hold JSON; the adapters come the same way, in parts, so that
nothing but Ray's Jobs API has to be reachable. A task whose worker is lost goes on from its last checkpoint, which an actor on this
node keeps: no shared disk is needed.
"""
import base64
import hashlib
import io
import json
import os
import pathlib
import sys
import tarfile
import tempfile
import time
import traceback

import ray
import yaml
from ray.exceptions import OutOfMemoryError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

MARK = "@repotune "
PART_BYTES = 12_000
LAST_LINES = 12
# Ends that are the worker's or the machine's, not the training's.
MOST_LOSSES_WITHOUT_PROGRESS = 3


def tell(kind, **event):
    """A line of its own, in one piece: libraries write to the same log, also half a line or from other threads."""
    line = f"\n{MARK}{json.dumps({'kind': kind, **event})}\n".encode()
    sys.stdout.flush()
    while line:
        line = line[os.write(sys.stdout.fileno(), line):]


@ray.remote(num_cpus=0)
class Desk:
    """What the tasks report, and their last checkpoints."""

    def __init__(self):
        self.events, self.checkpoints = [], {}

    def report(self, event):
        self.events.append(event)

    def take(self):
        events, self.events = self.events, []
        return events

    def keep(self, number, step, packed):
        self.checkpoints[number] = (step, packed)

    def checkpoint(self, number):
        return self.checkpoints.get(number)

    def step(self, number):
        return self.checkpoints.get(number, (0, None))[0]


def pack(folder):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(folder, arcname=".")
    return out.getvalue()


def unpack(packed, folder):
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@ray.remote(max_retries=0)
def tune(config, plan, desk):
    # Ray limits which GPUs a task sees only where it asks for some: without this, all tasks would train on the machine's first.
    if config["device"] == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    from train import Diverged, WrongBase, read_rows, train
    import torch

    number = plan["number"]
    report = lambda kind, **event: desk.report.remote({"kind": kind, "repository": number, **event})
    kept = ray.get(desk.checkpoint.remote(number))
    device = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "CPU"
    begun = time.monotonic()
    report("started", device=device, step=kept[0] if kept else 0, steps=plan["steps"])
    try:
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            resume = unpack(kept[1], scratch / f"checkpoint-{kept[0]}") if kept else None
            adapter, steps = train(
                config["base"], config["special_tokens"], plan, read_rows(plan["rows"]), scratch / "run", resume,
                lambda step, loss, rate, norm: report("step", step=step, steps=plan["steps"], loss=loss, learning_rate=rate,
                                                      gradient_norm=norm, seconds=time.monotonic() - begun,
                                                      made=step - (kept[0] if kept else 0)),
                lambda step, folder: ray.get(desk.keep.remote(number, step, pack(folder))))
            names = ("adapter_config.json", "adapter_model.safetensors")
            return {"steps": steps, "seconds": time.monotonic() - begun, "files": {name: (adapter / name).read_bytes() for name in names}}
    except torch.OutOfMemoryError as error:
        return {"failed": "out-of-memory", "message": f"{device}: {last_lines(error)}"}
    except WrongBase as error:
        return {"failed": "wrong-base", "message": str(error)}
    except Diverged as error:
        return {"failed": "diverged", "message": str(error)}
    except OSError as error:
        # transformers: no such model here, nor on the hub.
        if config["base"] in str(error):
            return {"failed": "no-base", "message": last_lines(error)}
        raise


def last_lines(error):
    return "\n".join(str(error).strip().splitlines()[-LAST_LINES:])


def send(number, result):
    for name, content in result["files"].items():
        parts = [content[at:at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]
        for index, part in enumerate(parts):
            tell("part", repository=number, name=name, part=index, parts=len(parts), data=base64.b64encode(part).decode())
        tell("file", repository=number, name=name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    tell("trained", repository=number, steps=result["steps"], seconds=result["seconds"])


def fail(number, code, message):
    tell("failed", repository=number, code=code, message=message)


def main():
    config = yaml.safe_load(pathlib.Path("config.yaml").read_text(encoding="utf-8"))
    # Workers' own output stays in Ray's logs: what is to be known comes by the desk.
    ray.init(log_to_driver=False)
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0))
    tell("cluster", gpus=gpus, cpus=int(resources.get("CPU", 0)), ray=ray.__version__)
    if config["device"] == "gpu" and gpus == 0:
        for plan in config["repositories"]:
            fail(plan["number"], "no-gpu", "")
        return 1
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    desk = Desk.options(scheduling_strategy=here).remote()
    needs = {"num_cpus": config["cpus_per_tune"], "num_gpus": 0 if config["device"] == "cpu" else 1}
    begin = lambda plan: tune.options(**needs, name=f"repotune {plan['number']}").remote(config, plan, desk)
    running = {begin(plan): plan for plan in config["repositories"]}
    begun_at = {plan["number"]: 0 for plan in config["repositories"]}
    losses = dict.fromkeys(begun_at, 0)
    failures = 0
    while running:
        ended, _ = ray.wait(list(running), timeout=1)
        # Also what a task said last: it waits behind what it told before.
        for event in ray.get(desk.take.remote()):
            tell(**event)
        for task in ended:
            plan = running.pop(task)
            number = plan["number"]
            try:
                result = ray.get(task)
            except OutOfMemoryError as error:
                result = {"failed": "out-of-memory", "message": last_lines(error)}
            except RayTaskError as error:
                result = {"failed": "failed", "message": last_lines(error)}
            except ray.exceptions.RayError as error:
                step = ray.get(desk.step.remote(number))
                losses[number] = 0 if step > begun_at[number] else losses[number] + 1
                if losses[number] < MOST_LOSSES_WITHOUT_PROGRESS:
                    tell("lost", repository=number, step=step, message=last_lines(error))
                    begun_at[number] = step
                    running[begin(plan)] = plan
                    continue
                result = {"failed": "failed", "message": last_lines(error)}
            if "failed" in result:
                failures += 1
                fail(number, result["failed"], result["message"])
            else:
                send(number, result)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:
        traceback.print_exc()
        sys.exit(1)
