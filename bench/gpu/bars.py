"""The bars of card.py's measurements: every one is listed, and misses where a part is not known for each shape that was asked for."""
import math

BARS = (("speed-over-peft", ">=", 1.0), ("memory-over-peft", "<=", 0.6), ("completion-adapter-over-base", "<=", 1.15),
        ("gradient-relative-error", "<=", 0.02), ("gradient-cosine", ">=", 0.999), ("gradient-relative-error-152k", "<=", 0.02),
        ("metal-op-set-relative-error", "<=", 0.02), ("loss-curve-difference-percent", "<=", 0.5),
        ("bfloat16-error-over-expected", "<=", 1.5), ("loss-curve-difference-percent-bfloat16", "<=", 1.0))
# Only of a device that trains with weights in bfloat16.
BFLOAT16 = {"bfloat16-error-over-expected": "tensors", "loss-curve-difference-percent-bfloat16": "lossFallPercent"}
# As in bench/gpuCheck.ts: what a figure was taken from. Without tensors every error is 0, and losses that do not fall agree whatever the
# gradients.
CHECKED = {"gradient-relative-error": ("gradientRelativeError", "tensors"), "gradient-cosine": ("gradientCosine", "tensors"),
           "gradient-relative-error-152k": ("realShapeRelativeError", "realShapeTokens"),
           "metal-op-set-relative-error": ("metalRelativeError", "tensors"),
           "loss-curve-difference-percent": ("lossCurveDifferencePercent", "lossFallPercent")}


def found(results, key):
    """The result for `key`, if there is one that did not fail."""
    answer = results.get(key)
    return answer if answer and "failed" not in answer else None


def peers(results, shape):
    return {key.split("/")[-1]: answer for key in results if key.startswith(f"peer/{shape}/") and (answer := found(results, key))}


def known(value):
    return value is not None and math.isfinite(value)


def ratio(above, below):
    return above / below if known(above) and known(below) and above > 0 and below > 0 else None


def best(answers, key, choose):
    """The best peer's figure; None if there is no peer, or one told none: it may be the best."""
    values = [answer.get(key) for answer in answers]
    return choose(values) if values and all(known(value) for value in values) else None


def ratios(results, shape):
    """Our fastest training's speed over the fastest peer's, and our leanest's memory over the leanest peer's; None if one is not known.

    A peer that does not fit into the memory is none to compare with. One that failed otherwise might have been the fastest or the leanest.
    """
    ours, lean, theirs = found(results, f"train/{shape}"), found(results, f"lean/{shape}"), peers(results, shape)
    unknown = [key for key, answer in results.items() if key.startswith(f"peer/{shape}/") and "failed" in answer and not answer.get("doesNotFit")]
    if unknown:
        return None, None
    return (ratio(ours["tokensPerSecond"], best(theirs.values(), "tokensPerSecond", max)) if ours else None,
            ratio(lean["deviceBytes"], best(theirs.values(), "memoryBytes", min)) if lean else None)


def completion_ratio(results, shape):
    answer = found(results, f"complete/{shape}")
    return ratio(answer["merged"]["writeMsPerToken"], answer["base"]["writeMsPerToken"]) if answer else None


def in_bfloat16(results, name):
    check = found(results, "gradients") or {}
    answer = check.get("bfloat16", {})
    if not known(check.get(BFLOAT16[name])) or check[BFLOAT16[name]] <= 0:
        return None
    if name == "bfloat16-error-over-expected":
        return ratio(answer.get("relativeError"), answer.get("expectedRelativeError"))
    return answer.get("lossCurveDifferencePercent")


def checked(results, name):
    key, shown_by = CHECKED[name]
    check = found(results, "gradients") or {}
    return check.get(key) if known(check.get(shown_by)) and check[shown_by] > 0 else None


def bars(results, shapes):
    """Every bar, with its worst shape; its value is None, which reaches no bar, if that of one shape is not known."""
    pairs = [ratios(results, shape) for shape in shapes]
    values = {"speed-over-peft": [speed for speed, _ in pairs], "memory-over-peft": [memory for _, memory in pairs],
              "completion-adapter-over-base": [completion_ratio(results, shape) for shape in shapes],
              **{name: [checked(results, name)] for name in CHECKED}, **{name: [in_bfloat16(results, name)] for name in BFLOAT16}}
    has_bfloat16 = "bfloat16" in (found(results, "gradients") or {})
    listed = []
    for name, op, bar in BARS:
        if name in BFLOAT16 and not has_bfloat16:
            continue
        worst = best([{"value": value} for value in values[name]], "value", max if op == "<=" else min)
        problem = {"problem": f"{name} could not be measured: its value is no number. So the bar is missed."} if worst is None else {}
        listed.append({"name": name, "value": None if worst is None else round(worst, 6), "op": op, "bar": bar, **problem})
    return listed


def holds(bar):
    if bar["value"] is None:
        return False
    return bar["value"] <= bar["bar"] if bar["op"] == "<=" else bar["value"] >= bar["bar"]
