"""card.py's measurements, as a Markdown report and as bars (bars.py).

usage: report.py RESULTS.json    prints the report, and the bars as its last line; exits with 1 if a bar is missed
"""
import json
import sys

from bars import bars, found, holds, peers


def shown(value, form):
    return "no number" if value is None else format(value, form)


def milliseconds(seconds):
    return "no number" if seconds is None else f"{seconds * 1000:.0f} ms"


def gigabytes(count):
    return f"{count / 1e9:.2f} GB" if count else "not told"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def training(results, shape):
    rows = []
    ours, lean, host = (found(results, f"{part}/{shape}") for part in ("train", "lean", "host"))
    for name, run in (("Repotune", ours), ("Repotune, for the least memory", lean)):
        if run:
            parts = ", ".join(f"{part} {milliseconds(seconds)}" for part, seconds in run["parts"].items())
            rows.append((name, shown(run["tokensPerSecond"], ".0f"), gigabytes(run["deviceBytes"]), parts))
    if host:
        rows.append(("Repotune on the CPU", shown(host["tokensPerSecond"], ".0f"), "none", ""))
    for name, peer in peers(results, shape).items():
        whose = peer["fourBits"] or ""
        rows.append((f"transformers + PEFT, {name}", shown(peer["tokensPerSecond"], ".0f"), gigabytes(peer["memoryBytes"]),
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
    rows = [(step + 1, shown(ours["losses"][step], ".4f"), shown(theirs["losses"][step], ".4f")) for step in steps if step < len(theirs["losses"])]
    return ["", "## Losses of the same steps", "", *table(("step", "Repotune", "transformers + PEFT in bf16"), rows)]


def completions(results, shapes):
    rows = []
    for shape in shapes:
        answer = found(results, f"complete/{shape}")
        if answer:
            rows.append((shape, *(f"{shown(answer[kind]['writeMsPerToken'], '.2f')} ms" for kind in ("base", "beside", "merged")),
                         shown(answer["beside"]["loss"], ".4f"), shown(answer["merged"]["loss"], ".4f")))
    if not rows:
        return []
    header = ("shape", "base", "adapter beside it", "merged", "loss beside", "loss merged")
    return ["", "## A token of a completion", "", *table(header, rows)]


def markdown(results, shapes):
    machine = results.get("machine", {})
    lines = [f"# {machine.get('card', 'A device')}", "",
             f"{machine.get('date', '')}, `bench/gpu/card.py`: {machine.get('tokens', 4096)} tokens a step in rows of {machine.get('segment', 1024)}, all with "
             f"loss, rank 16, random weights in Q4_0. {machine.get('software', '')}".strip(), "", "## Bars", ""]
    lines += table(("bar", "found", "to reach"), [(bar["name"], shown(bar["value"], ""), f"{bar['op']} {bar['bar']}") for bar in bars(results, shapes)])
    trained = [line for shape in shapes for line in training(results, shape)]
    if trained:
        lines += ["", "## Training", *trained]
    lines += curves(results) + completions(results, shapes)
    failed = [(key, answer["failed"]) for key, answer in sorted(results.items()) if isinstance(answer, dict) and "failed" in answer]
    if failed:
        lines += ["", "## What did not come to its end", "", *table(("part", "why"), failed)]
    return "\n".join(lines) + "\n"


def conclude(results, shapes):
    """Prints the bars as the last line, and ends with 1 if one is missed."""
    listed = bars(results, shapes)
    for bar in listed:
        if "problem" in bar:
            print(bar["problem"], file=sys.stderr)
    print(json.dumps({"bars": listed}))
    sys.exit(0 if all(holds(bar) for bar in listed) else 1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: report.py RESULTS.json")
    with open(sys.argv[1], encoding="utf-8") as file:
        everything = json.load(file)
    wanted = everything.get("machine", {}).get("shapes", ["0.5B", "1.5B", "7B"])
    print(markdown(everything, wanted))
    conclude(everything, wanted)
