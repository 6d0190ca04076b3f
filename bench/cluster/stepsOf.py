"""What a job's steps train on, in order: the job's own trainer iterates over its data without computing.

usage: stepsOf.py JOB BASE NUMBER FOLDER      writes FOLDER/steps.json, and FOLDER/first, the adapter before the first step
"""
import json
import pathlib
import sys

sys.path.insert(0, sys.argv[1])
import torch
import yaml
from train import read_rows, trainer_for


def main(job, base, number, folder):
    config = yaml.safe_load((job / "config.yaml").read_text())
    plan = next(one for one in config["repositories"] if one["number"] == number)
    trainer = trainer_for(base, config["special_tokens"], plan, read_rows(job / plan["rows"]), folder / "run")
    trainer.model.save_pretrained(folder / "first", save_embedding_layers=False)
    steps = [[] for _ in range(plan["steps"])]

    def note(model, inputs, *_, **__):
        tokens, labels, positions = (inputs[key][0].tolist() for key in ("input_ids", "labels", "position_ids"))
        steps[trainer.state.global_step].append({
            "tokens": tokens,
            "starts": [i for i, position in enumerate(positions) if position == 0],
            "lossWeights": [0 if label == -100 else 1 for label in labels],
        })
        return torch.tensor(0.0)

    trainer.training_step = note
    trainer.train()
    (folder / "steps.json").write_text(json.dumps({"plan": plan, "steps": steps}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), pathlib.Path(sys.argv[4]))
