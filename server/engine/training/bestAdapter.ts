import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyContents } from '../../storage/copyContents.ts';
import { fileProblem } from '../../storage/fileErrors.ts';
import { renamePatiently } from '../../storage/patient.ts';
import { syncFile, syncFolder, temporaryName } from '../../storage/writeAside.ts';
import type { Trainer } from '../types.ts';
import type { ScaledLoss } from './adapterScale.ts';
import type { Checkpoint } from './checkpoint.ts';

type BestState = Pick<Checkpoint, 'best' | 'evaluationsSinceBest'>;

/** Keeps the weights with the lowest held-out loss as a file in the run's folder, and says when patience runs out. */
export class BestAdapter {
  readonly #trainer: Pick<Trainer, 'exportAdapter'>;
  readonly #runDir: string;
  readonly #patience: number;
  #state: BestState;
  /** The last weights offered, kept or not: those that are still in memory when training ends. */
  #last: (ScaledLoss & { readonly step: number }) | null = null;

  constructor(trainer: Pick<Trainer, 'exportAdapter'>, runDir: string, patience: number, from: BestState | null) {
    this.#trainer = trainer;
    this.#runDir = runDir;
    this.#patience = patience;
    this.#state = from ?? {
      best: { loss: Number.MAX_VALUE, scale: 1, step: 0, adapterFile: null },
      evaluationsSinceBest: 0,
    };
  }

  get state(): BestState {
    return { best: this.#state.best, evaluationsSinceBest: this.#state.evaluationsSinceBest };
  }

  /** Scale of the adapter when it was best: where to search first. */
  get scale(): number {
    return this.#state.best.scale;
  }

  /** Whether weights with a lower loss than this are kept. */
  isBelow(loss: number): boolean {
    const { best } = this.#state;
    return best.adapterFile !== null && best.loss < loss;
  }

  get exhausted(): boolean {
    return this.#state.evaluationsSinceBest >= this.#patience;
  }

  /** Keeps the current weights, at this scale, if `loss` is the lowest so far. True if so. */
  async offer({ loss, scale }: ScaledLoss, step: number): Promise<boolean> {
    this.#last = { loss, scale, step };
    if (loss >= this.#state.best.loss) {
      this.#state = { ...this.#state, evaluationsSinceBest: this.#state.evaluationsSinceBest + 1 };
      return false;
    }
    const adapterFile = `best-${step}.gguf`;
    await this.#trainer.exportAdapter(join(this.#runDir, adapterFile), scale);
    this.#state = { best: { loss, scale, step, adapterFile }, evaluationsSinceBest: 0 };
    return true;
  }

  /** To be called after a checkpoint: until then the previous one may still name an older file. */
  async forgetSuperseded(): Promise<void> {
    for (const name of await readdir(this.#runDir)) {
      if (/^best-\d+\.gguf$/.test(name) && name !== this.#state.best.adapterFile) {
        await rm(join(this.#runDir, name), { force: true });
      }
    }
  }

  /** Moves the best weights to `path`; where no disk took any, writes the last ones, at the scale that was measured. */
  async finish(path: string): Promise<ScaledLoss & { readonly step: number }> {
    const { adapterFile, ...best } = this.#state.best;
    if (adapterFile !== null) {
      await putBest(join(this.#runDir, adapterFile), path);
      return best;
    }
    const last = this.#last ?? best;
    await this.#trainer.exportAdapter(path, last.scale);
    return last;
  }
}

/** Puts weights that were kept at `path`: as a copy, since the checkpoint names them too; where the disk has no room for one, themselves. */
export async function putBest(kept: string, path: string, copy = copyContents): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await copy(kept, temporary);
    // A base's layout adapter is moved into place as it is, and its hash is flushed.
    await syncFile(temporary);
    await renamePatiently(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (fileProblem(error)?.kind !== 'full') throw error;
    await renamePatiently(kept, path);
  }
  await syncFolder(dirname(path));
}
