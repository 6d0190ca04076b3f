"""card.py's measurements, as bars and as a Markdown report.

usage: report.py RESULTS.json    prints the report, and the bars as its last line
"""
import json
import sys

BARS = (("speed-over-peft", ">=", 1.0), ("memory-over-peft", "<=", 0.6), ("completion-adapter-over-base", "<=", 1.15),
        ("gradient-relative-error", "<=", 0.02), ("gradient-cosine", ">=", 0.999), ("gradient-relative-error-152k", "<=", 0.02),
        ("loss-curve-difference-percent", "<=", 0.5))


def found(results, key):
    """The result for `key`, if there is one that did not fail."""
    answer = results.get(key)
    return answer if answer and "failed" not in answer else None


def peers(results, shape):
    return {key.split("/")[-1]: answer for key in results if key.startswith(f"peer/{shape}/") and (answer := found(results, key))}


def ratios(results, shape):
    """Our speed over the fastest peer's, and our memory over the leanest peer's; None if one side is missing."""
    ours, theirs = found(results, f"train/{shape}"), peers(results, shape)
    if not ours or not theirs:
        return None, None
    leanest = min(peer["memoryBytes"] for peer in theirs.values())
    memory = ours["deviceBytes"] / leanest if ours["deviceBytes"] > 0 else None
    return ours["tokensPerSecond"] / max(peer["tokensPerSecond"] for peer in theirs.values()), memory


def completion_ratio(results, shape):
    answer = found(results, f"complete/{shape}")
    return answer and answer["merged"]["writeMsPerToken"] / answer["base"]["writeMsPerToken"]


def bars(results, shapes):
    """Each bar that was measured, with its worst shape."""
    pairs = [ratios(results, shape) for shape in shapes]
    values = {"speed-over-peft": [speed for speed, _ in pairs], "memory-over-peft": [memory for _, memory in pairs],
              "completion-adapter-over-base": [completion_ratio(results, shape) for shape in shapes]}
    check = found(results, "gradients")
    if check:
        values |= {"gradient-relative-error": [check["gradientRelativeError"]], "gradient-cosine": [check["gradientCosine"]],
                   "gradient-relative-error-152k": [check["realShapeRelativeError"]],
                   "loss-curve-difference-percent": [check["lossCurveDifferencePercent"]]}
    listed = []
    for name, op, bar in BARS:
        known = [value for value in values.get(name, []) if value is not None]
        if known:
            listed.append({"name": name, "value": round(max(known) if op == "<=" else min(known), 6), "op": op, "bar": bar})
    return listed


def gigabytes(count):
    return f"{count / 1e9:.2f} GB" if count else "not told"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def training(results, shape):
    rows = []
    ours, host = found(results, f"train/{shape}"), found(results, f"host/{shape}")
    if ours:
        parts = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in ours["parts"].items())
        rows.append(("Repotune", f"{ours['tokensPerSecond']:.0f}", gigabytes(ours["deviceBytes"]), parts))
    if host:
        rows.append(("Repotune on the CPU", f"{host['tokensPerSecond']:.0f}", "none", ""))
    for name, peer in peers(results, shape).items():
        whose = peer["fourBits"] or ""
        rows.append((f"transformers + PEFT, {name}", f"{peer['tokensPerSecond']:.0f}", gigabytes(peer["memoryBytes"]),
                     f"{peer['rowsAtOnce']} rows at once{', ' if whose else ''}{whose}"))
    if not rows:
        return []
    lines = ["", f"### {shape}", "", *table(("", "tokens/s", "memory of the device", "a step"), rows)]
    if ours:
        lines += ["", f"Plan: {ours['plan']['text']}."]
    return lines


def curves(results):
    """Losses side by side; the peer starts from other random factors."""
    ours, theirs = found(results, "curve/ours"), found(results, "curve/peer")
    if not ours or not theirs:
        return []
    steps = sorted({0, 1, 2, 5, 10, 15, 20, 25, len(ours["losses"]) - 1} & set(range(len(ours["losses"]))))
    rows = [(step + 1, f"{ours['losses'][step]:.4f}", f"{theirs['losses'][step]:.4f}") for step in steps if step < len(theirs["losses"])]
    return ["", "## Losses of the same steps", "", *table(("step", "Repotune", "transformers + PEFT in bf16"), rows)]


def completions(results, shapes):
    rows = []
    for shape in shapes:
        answer = found(results, f"complete/{shape}")
        if answer:
            rows.append((shape, *(f"{answer[kind]['writeMsPerToken']:.2f} ms" for kind in ("base", "beside", "merged")),
                         f"{answer['beside']['loss']:.4f}", f"{answer['merged']['loss']:.4f}"))
    if not rows:
        return []
    header = ("shape", "base", "adapter beside it", "merged", "loss beside", "loss merged")
    return ["", "## A token of a completion", "", *table(header, rows)]


def markdown(results, shapes):
    machine = results.get("machine", {})
    lines = [f"# {machine.get('card', 'A device')}", "",
             f"{machine.get('date', '')}, `bench/gpu/card.py`: {machine.get('tokens', 4096)} tokens a step in rows of {machine.get('segment', 1024)}, all with "
             f"loss, rank 16, random weights in Q4_0. {machine.get('software', '')}".strip(), "", "## Bars", ""]
    lines += table(("bar", "found", "to reach"), [(bar["name"], bar["value"], f"{bar['op']} {bar['bar']}") for bar in bars(results, shapes)])
    trained = [line for shape in shapes for line in training(results, shape)]
    if trained:
        lines += ["", "## Training", *trained]
    lines += curves(results) + completions(results, shapes)
    failed = [(key, answer["failed"]) for key, answer in sorted(results.items()) if isinstance(answer, dict) and "failed" in answer]
    if failed:
        lines += ["", "## What did not come to its end", "", *table(("part", "why"), failed)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: report.py RESULTS.json")
    with open(sys.argv[1], encoding="utf-8") as file:
        everything = json.load(file)
    wanted = everything.get("machine", {}).get("shapes", ["0.5B", "1.5B", "7B"])
    print(markdown(everything, wanted))
    print(json.dumps({"bars": bars(everything, wanted)}))
