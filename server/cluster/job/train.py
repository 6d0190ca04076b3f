"""Trains one adapter with TRL and PEFT, from rows that Repotune laid out and tokenized.

usage: train.py      trains every repository of config.yaml, one after the other, into adapters/
job.py does the same on a Ray cluster, one GPU for each repository.
"""
import json
import math
import pathlib

import torch
import yaml
from datasets import Dataset
from peft import LoraConfig
from torch.optim.lr_scheduler import LambdaLR
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig, PrinterCallback, TrainerCallback, set_seed
from trl import SFTConfig, SFTTrainer

MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
COMPARED_ROWS = 50


class WrongBase(Exception):
    """The base on the cluster is not the one that the rows were tokenized for."""


class Diverged(Exception):
    """The loss or the gradient is no number any more, and so is the adapter."""


def read_rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load_base(name):
    """In 4 bits (NF4) where there is CUDA; in F32 on a CPU."""
    if torch.cuda.is_available():
        four_bits = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
                                       bnb_4bit_compute_dtype=torch.bfloat16)
        return AutoModelForCausalLM.from_pretrained(name, quantization_config=four_bits, dtype=torch.bfloat16, device_map={"": 0})
    return AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32)


def require_same_base(model, tokenizer, rows, special):
    """Tokens are numbers of one vocabulary: under another they would say something else, and nothing would fail."""
    most = max(max(row["input_ids"]) for row in rows)
    if most >= model.get_input_embeddings().num_embeddings:
        raise WrongBase(f"its vocabulary ends before token {most}")
    compared = rows[:COMPARED_ROWS]
    same = sum(says(tokenizer, row, special) for row in compared)
    if same < 0.9 * len(compared):
        raise WrongBase(f"its tokenizer reads {len(compared) - same} of {len(compared)} rows differently")


def says(tokenizer, row, special):
    """A row that was cut at its end says the beginning of its text; the cut may go through a character."""
    plain = [token for token in row["input_ids"] if token not in special]
    return row["text"].startswith(tokenizer.decode(plain, clean_up_tokenization_spaces=False).rstrip("\ufffd"))


class Trainer(SFTTrainer):
    """With Repotune's schedule: a linear warm-up over the first steps of a cosine down to a share of the peak."""

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, **kwargs)

    def create_scheduler(self, num_training_steps, optimizer=None):
        steps, warmup, last = self.plan["steps"], self.plan["warmup_steps"], self.plan["final_share"]

        def share(step):
            cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
            return min(1.0, (step + 1) / warmup) * (last + (1 - last) * cosine)

        self.lr_scheduler = LambdaLR(optimizer or self.optimizer, share)
        return self.lr_scheduler


class Reporter(TrainerCallback):
    def __init__(self, on_step, on_checkpoint):
        self.on_step, self.on_checkpoint = on_step, on_checkpoint

    def on_log(self, args, state, control, logs=None, **kwargs):
        if logs and "loss" in logs:
            # transformers writes a loss of zero or so for one that is no number; the gradient's norm says it all the same.
            if not (math.isfinite(logs["loss"]) and math.isfinite(logs["grad_norm"])):
                raise Diverged(f"at step {state.global_step} the loss is {logs['loss']}, the gradient norm {logs['grad_norm']}")
            self.on_step(state.global_step, logs["loss"], logs["learning_rate"], logs["grad_norm"])

    def on_save(self, args, state, control, **kwargs):
        self.on_checkpoint(state.global_step, pathlib.Path(args.output_dir) / f"checkpoint-{state.global_step}")


def trainer_for(base, special, plan, rows, output, on_step=lambda *_: None, on_checkpoint=lambda *_: None):
    model, tokenizer = load_base(base), AutoTokenizer.from_pretrained(base)
    require_same_base(model, tokenizer, rows, set(special))
    cuda = torch.cuda.is_available()
    arguments = SFTConfig(
        output_dir=str(output), max_steps=plan["steps"], per_device_train_batch_size=1,
        gradient_accumulation_steps=plan["rows_per_step"], gradient_checkpointing=cuda, bf16=cuda, use_cpu=not cuda,
        max_length=plan["row_tokens"], packing=True, shuffle_dataset=True, completion_only_loss=True,
        learning_rate=plan["learning_rate"], weight_decay=plan["weight_decay"], adam_beta1=plan["beta1"], adam_beta2=plan["beta2"],
        adam_epsilon=plan["epsilon"], max_grad_norm=plan["clip_norm"], seed=plan["seed"],
        logging_steps=1, disable_tqdm=True, report_to="none", save_strategy="steps", save_steps=plan["checkpoint_every"],
        save_total_limit=1, dataloader_pin_memory=cuda)
    lora = LoraConfig(r=plan["rank"], lora_alpha=plan["alpha"], lora_dropout=0.0, bias="none", target_modules=MODULES,
                      task_type="CAUSAL_LM")
    # `labels` are -100 but for the completion, so its tokens alone carry loss.
    data = Dataset.from_dict({key: [row[key] for row in rows] for key in ("input_ids", "labels")})
    # SFTTrainer draws the adapter's first weights before it seeds.
    set_seed(plan["seed"])
    trainer = Trainer(model=model, args=arguments, train_dataset=data, processing_class=tokenizer, peft_config=lora, plan=plan,
                      callbacks=[Reporter(on_step, on_checkpoint)])
    trainer.remove_callback(PrinterCallback)
    # On a base in 4 bits TRL keeps the adapter in bfloat16, in which the small steps at the end of the schedule are rounded away.
    for parameter in trainer.model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return trainer


def train(base, special, plan, rows, output, resume=None, on_step=lambda *_: None, on_checkpoint=lambda *_: None):
    """Trains to the end of `plan`, from the checkpoint folder `resume` where there is one. The adapter's folder, and the steps made."""
    if resume and json.loads((resume / "trainer_state.json").read_text(encoding="utf-8"))["global_step"] >= plan["steps"]:
        # The worker was lost between its last step and the answer. Resumed there, transformers would make one step more.
        return resume, plan["steps"]
    trainer = trainer_for(base, special, plan, rows, output, on_step, on_checkpoint)
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    adapter = pathlib.Path(output) / "adapter"
    trainer.model.save_pretrained(adapter, save_embedding_layers=False)
    return adapter, trainer.state.global_step


def main():
    config = yaml.safe_load(pathlib.Path("config.yaml").read_text(encoding="utf-8"))
    for plan in config["repositories"]:
        output = pathlib.Path("adapters") / str(plan["number"])
        adapter, steps = train(config["base"], config["special_tokens"], plan, read_rows(plan["rows"]), output,
                               on_step=lambda step, loss, *_: print(f"repository {plan['number']}, step {step}: loss {loss:.4f}", flush=True))
        print(f"repository {plan['number']}: {steps} steps, {adapter}")


if __name__ == "__main__":
    main()
