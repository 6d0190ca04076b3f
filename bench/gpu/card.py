"""Measures a card: gradients, training steps, completions, and transformers + PEFT on the same card in the same run.

usage: card.py pack                       on the machine with the checkout: what the card's machine lacks, into build/card/sources.tar.xz
       card.py [--device cuda|cpu|PLUGIN] [--shapes 0.5B,1.5B,7B] [--minutes N] [--again KEY] [--report FOLDER] [more below]

The second form does what is not done yet, for at most --minutes, and is to be called again until it says that everything is measured; what it
knows lies in build/card/results.json. It exits with 0 once everything is measured and every bar reached, with 1 if one is missed, and with 3
if it is to be called again. For cuda it first builds ggml's CUDA backend for the card's architecture alone, which takes several
calls where processors are few. cpu is ggml's CPU backend, and PLUGIN a built one (libggml-vulkan.so): with them nothing but our own
programs is built. Needs Python with PyTorch, transformers, PEFT and numpy, CMake, a C++ compiler, and nvcc for cuda.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import report  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "card"
PACKED = WORK / "sources.tar.xz"
MOST_PACKED = 64 << 20
LIBRARIES = ROOT / "node_modules" / "@node-llama-cpp" / "linux-x64" / "bins" / "linux-x64"
BUNDLE = ROOT / "node_modules" / "node-llama-cpp" / "llama" / "gitRelease.bundle"
TOKENIZER = ROOT / "models" / "seedling-code-8m-f16.gguf"
PARTS = ("ggml", "include", "LICENSE")
PROGRAMS = ("make_shape", "bench_gpu", "bench_adapter", "check_gpu")
PEERS = {"bf16": ["--base", "bf16"], "bf16, checkpointing": ["--base", "bf16", "--checkpointing"], "NF4": ["--base", "nf4"],
         "NF4, checkpointing": ["--base", "nf4", "--checkpointing"],
         # What one would do who lacks memory: with all rows at once the leanest is not as lean as it can be.
         "NF4, checkpointing, a row at a time": ["--base", "nf4", "--checkpointing", "--at-once", "1"]}
CURVE_STEPS, CURVE_RATE = 30, 1e-3
CALL_AGAIN = 3
# What every figure depends on, besides the card.
SETTINGS = ("tokens", "segment", "steps", "curve_steps", "gradient_tokens", "brief")


class OutOfTime(Exception):
    pass


class Clock:
    def __init__(self, minutes):
        self.end = time.monotonic() + 60 * minutes
        self.whole = 60 * minutes

    def left(self):
        left = self.end - time.monotonic()
        if left < 5:
            raise OutOfTime
        return left


def unbundle(folder):
    """What a plug-in is built from, out of llama.cpp's bundled sources."""
    subprocess.run(["git", "-c", "init.defaultBranch=main", "clone", "--quiet", "--no-checkout", str(BUNDLE), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "HEAD", "--", *PARTS], check=True)


def pack():
    """ggml's sources and headers of the installed release, and its libraries."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as source:
        unbundle(source)
        with tarfile.open(PACKED, "w:xz") as tar:
            for part in PARTS:
                tar.add(pathlib.Path(source) / part, f"llama.cpp/{part}")
            for library in sorted(LIBRARIES.glob("lib*.so")):
                tar.add(library, f"libraries/{library.name}")
    size = PACKED.stat().st_size
    print(f"{PACKED}: {size / 2**20:.1f} MiB")
    if size > MOST_PACKED:
        raise SystemExit(f"That is more than {MOST_PACKED >> 20} MiB.")


def run(command, clock, **options):
    """Returns the output. Raises OutOfTime if this call's time runs out first; a build then resumes from there."""
    print("$ " + " ".join(str(part) for part in command), flush=True)
    seconds = clock.left()
    started = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True, **options)
    try:
        output, errors = started.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        stop(started)
        raise OutOfTime from None
    except BaseException:  # Ctrl-C does not reach another session
        stop(started)
        raise
    if started.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {started.returncode}: {(errors or output).strip()[-600:]}")
    return output


def stop(started):
    """Ends a command with all that it started: its compilers would go on beside the next call, which compiles the same files."""
    os.killpg(started.pid, signal.SIGTERM)  # not SIGKILL at once: make, ninja and compilers then remove half-written files
    try:
        started.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()


def configured(folder):
    """CMake leaves its cache behind when it fails, too: where nvcc is not found, for example."""
    return any((folder / name).exists() for name in ("Makefile", "build.ninja"))


def architecture():
    told = subprocess.run(["nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader"], capture_output=True, text=True, check=True)
    return told.stdout.split("\n")[0].strip().replace(".", "")


def set_up(sources, folder, *options):
    """What sets up the build of a plug-in as node-llama-cpp builds it: beside libraries of the same release it loads like a downloaded one."""
    return ["cmake", "-S", HERE / "plug_in", "-B", folder, f"-DGGML_SOURCES={sources / 'ggml'}", "-DCMAKE_BUILD_TYPE=Release",
            "-DBUILD_SHARED_LIBS=ON", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU=OFF", "-DGGML_NATIVE=OFF", "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON",
            *options]


def build_cuda(asked, clock):
    folder = WORK / "cuda"
    if not configured(folder):
        run(set_up(WORK / "llama.cpp", folder, "-DGGML_CUDA=ON", "-DGGML_CUDA_FA=OFF", "-DGGML_CUDA_NCCL=OFF",
                   f"-DCMAKE_CUDA_ARCHITECTURES={asked.architecture or architecture()}"), clock)
    run(["cmake", "--build", folder, "--target", "ggml-cuda", "--parallel", os.cpu_count()], clock)
    return next(folder.rglob("libggml-cuda.so"))


def build(asked, clock):
    """The device name that our programs take, and their folder."""
    if PACKED.exists() and not (WORK / "llama.cpp" / "ggml").exists():
        with tarfile.open(PACKED) as tar:
            tar.extractall(WORK, filter="data")
    libraries = WORK / "libraries" if (WORK / "libraries").exists() else LIBRARIES
    device = build_cuda(asked, clock) if asked.device == "cuda" else asked.device
    folder = WORK / "native"
    if not configured(folder):
        headers = WORK / "llama.cpp" if (WORK / "llama.cpp").exists() else ROOT / "native" / "build" / "llama.cpp"
        run(["cmake", "-S", ROOT / "native", "-B", folder, f"-DLLAMA_HEADERS={headers}", f"-DREPOTUNE_LIBRARIES={libraries}"], clock)
    run(["cmake", "--build", folder, "--parallel", os.cpu_count(), "--target", *PROGRAMS], clock)
    return str(device), folder / "test"


def answer_of(output):
    """The last line as JSON. What C and Python print for numbers that are none, such as -nan or Infinity, is read as None."""
    line = re.sub(r"(?<=[:,[])[-+]?(?:nan(?:\(\w*\))?|inf(?:inity)?)(?=[,}\]])", "null", output.strip().split("\n")[-1], flags=re.IGNORECASE)
    return json.loads(line, parse_constant=lambda _: None)


class Results:
    """Results so far, saved after each part."""

    def __init__(self, path):
        self.path = path
        self.values = json.loads(path.read_text()) if path.exists() else {}

    def begin(self, machine):
        """Figures of another card, or taken with other settings, belong in another report."""
        before = self.values.get("machine", {})
        other = [name for name in ("card", *SETTINGS) if name in before and before[name] != machine[name]]
        if other:
            was = ", ".join(f"{name} was {before[name]}" for name in other)
            raise SystemExit(f"{self.path} holds what was measured otherwise ({was}): move it away, or ask for the same again.")
        self.keep("machine", machine)

    def keep(self, key, value):
        self.values[key] = value
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps(self.values, indent=1))
        os.replace(aside, self.path)

    def part(self, key, clock, command):
        """The JSON that the command prints last, or the reason why it failed. Runs it once."""
        if key in self.values:
            return
        whole = clock.left() > 0.9 * clock.whole
        try:
            value = answer_of(run(command, clock))
        except OutOfTime:
            if not whole:
                raise
            value = {"failed": f"it took longer than {clock.whole / 60:.0f} minutes"}
        except (RuntimeError, ValueError) as error:
            value = {"failed": " ".join(str(error).split())}
        self.keep(key, value)


def machine(asked):
    card = asked.device
    if asked.device == "cuda":
        card = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"], capture_output=True, text=True,
                              check=True).stdout.strip()
    return {"card": card, "date": datetime.date.today().isoformat(), **{name: getattr(asked, name) for name in SETTINGS},
            "shapes": asked.shapes, "software": f"{platform.machine()}, {os.cpu_count()} processors."}


def measure(asked, clock):
    results = Results(WORK / "results.json")
    for key in asked.again:
        results.values.pop(key, None)
    results.begin(machine(asked))
    device, programs = build(asked, clock)
    results.part("gradients", clock, [programs / "check_gpu", asked.gradient_tokens, *(["--brief"] if asked.brief else []), device])
    size = ["--tokens", asked.tokens, "--segment", asked.segment]
    peer = [sys.executable, HERE / "peer.py"]
    torch_device = ["--device", "cuda" if asked.device == "cuda" else "cpu", "--segment", asked.segment]
    for shape in asked.shapes:
        model, adapter, rows = WORK / f"{shape}.gguf", WORK / f"{shape}.adapter.gguf", WORK / f"{shape}.rows"
        if not model.exists():
            aside = model.with_suffix(".new")
            run([programs / "make_shape", aside, TOKENIZER, shape], clock)
            os.replace(aside, model)
        threads = ["--threads", os.cpu_count()]
        ours = [programs / "bench_gpu", model, "--device", device, *size, *threads]
        results.part(f"train/{shape}", clock, [*ours, "--steps", asked.steps, "--rows", rows, "--adapter", adapter])
        results.part(f"lean/{shape}", clock, [*ours, "--steps", 1, "--lean"])
        results.part(f"host/{shape}", clock, [programs / "bench_gpu", model, "--device", "host", "--tokens", min(512, asked.tokens), "--segment",
                                              min(512, asked.segment), "--steps", 1, *threads])
        results.part(f"complete/{shape}", clock, [programs / "bench_adapter", model, adapter, HERE / "peer.py", "--device", device])
        for name, options in PEERS.items():
            results.part(f"peer/{shape}/{name}", clock, [*peer, model, rows, *torch_device, "--steps", asked.steps, *options])
        if shape == asked.shapes[0]:
            curve = ["--steps", asked.curve_steps - 1, "--learning-rate", CURVE_RATE]
            results.part("curve/ours", clock, [*ours, *curve])
            results.part("curve/peer", clock, [*peer, model, rows, *torch_device, "--base", "bf16", *curve])
    return results.values


def main():
    if sys.argv[1:] == ["pack"]:
        return pack()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--architecture", help="of the card, as nvcc numbers it; otherwise nvidia-smi is asked")
    parser.add_argument("--shapes", type=lambda text: text.split(","), default=["0.5B", "1.5B", "7B"])
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--segment", type=int, default=1024)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--curve-steps", type=int, default=CURVE_STEPS)
    parser.add_argument("--gradient-tokens", type=int, default=8192)
    parser.add_argument("--brief", action="store_true", help="gradients of fewer models")
    parser.add_argument("--again", action="append", default=[], metavar="KEY", help="measure this part once more: train/0.5B")
    parser.add_argument("--report", type=pathlib.Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        results = measure(asked, Clock(asked.minutes))
    except OutOfTime:
        print("The time is over. Call it again to go on from here.", file=sys.stderr)
        raise SystemExit(CALL_AGAIN) from None
    name = "".join(c if c.isalnum() else "-" for c in pathlib.Path(results["machine"]["card"]).name.split(",")[0].lower())
    asked.report.mkdir(parents=True, exist_ok=True)
    (asked.report / f"card-{name}.json").write_text(json.dumps(results, indent=1) + "\n")
    (asked.report / f"card-{name}.md").write_text(report.markdown(results, asked.shapes))
    print(f"Everything is measured: {asked.report / f'card-{name}.md'}")
    report.conclude(results, asked.shapes)


if __name__ == "__main__":
    main()
