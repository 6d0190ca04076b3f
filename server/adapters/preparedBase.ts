/**
 * What completes where no version does. Bases are trained on whole files, seldom on where a middle ends; once prepared
 * (`runs/makeLayout.ts`), a base completes with an adapter that has learned this. The bundled base was trained on this layout. A base that is
 * asked suffix-first ends well by itself, and keeps more with nothing learned (bench/results/usefulness.md, "A prepared base"): there the
 * adapter only lets reports tell what is knowledge of the repository.
 */
import { stat } from 'node:fs/promises';
import { codeOf, type ErrorCode } from '../engine/errorCodes.ts';
import type { AdapterRef } from '../engine/types.ts';
import { isBundled } from '../models/bundled.ts';
import { type ModelSummary, trainableProblem } from '../models/inspect.ts';
import { orderOf } from '../prompt/index.ts';
import type { PromptOrder } from '../protocol/promptFormat.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { layoutAdapter, layoutsStamp } from '../tuning/layoutAdapters.ts';

/** How long a look-up holds: another process may prepare the base meanwhile. */
const FRESH_MS = 2000;

const OF_THE_ADAPTER: ReadonlySet<string> = new Set<ErrorCode>([
  'adapter-mismatch',
  'wrong-kind',
  'file-damaged',
  'file-unreadable',
  'load-failed',
]);

/** The adapter that completes; null for a base that is not prepared or needs no preparing. Rejects if its file cannot be read. */
export async function preparedBase(modelPath: string): Promise<AdapterRef | null> {
  return (await stampOf(modelPath)) === '' ? null : await completing(modelPath);
}

/** The adapter that was made, whether it completes or serves reports alone. */
export async function preparedWith(modelPath: string): Promise<AdapterRef | null> {
  return (await stampOf(modelPath)) === '' ? null : await refOf(modelPath);
}

/** As {@link preparedBase}; null for a base that needs no preparing, or cannot be prepared. */
export async function isPrepared(model: ModelSummary): Promise<boolean | null> {
  if (isBundled(model.path) || trainableProblem(model, model.path) !== null || !gainsByPreparing(model)) return null;
  return (await preparedBase(model.path)) !== null;
}

/** Whether it completes better once prepared. */
export function gainsByPreparing(model: Pick<ModelSummary, 'architecture' | 'promptOrder' | 'promptMark'>): boolean {
  return orderOf(model) !== ENDS_WELL;
}

const ENDS_WELL: PromptOrder = 'suffix-first';

/** Whether an adapter that was made for a base completes, or serves reports alone. */
export function completes({ prompt }: AdapterRef): boolean {
  return prompt?.order !== ENDS_WELL;
}

/** {@link preparedBase} of the base in use. Asked for with every suggestion, so it reads again only if the file changed. */
export class PreparedBase {
  readonly #modelPath: () => string;
  readonly #nowMs: () => number;
  readonly #onChangedElsewhere: () => void;
  #known: { readonly stamp: string; readonly ref: AdapterRef | null } = { stamp: '', ref: null };
  #looked: { readonly modelPath: string; readonly atMs: number } | null = null;

  /** `onChangedElsewhere`: another process prepared the base in use, or undid it. */
  constructor(modelPath: () => string, nowMs: () => number, onChangedElsewhere: () => void) {
    this.#modelPath = modelPath;
    this.#nowMs = nowMs;
    this.#onChangedElsewhere = onChangedElsewhere;
  }

  async current(): Promise<AdapterRef | null> {
    const [modelPath, atMs] = [this.#modelPath(), this.#nowMs()];
    if (this.#looked?.modelPath === modelPath && atMs - this.#looked.atMs < FRESH_MS) return this.#known.ref;
    try {
      const stamp = await stampOf(modelPath);
      if (stamp !== this.#known.stamp) {
        this.#known = { stamp, ref: stamp === '' ? null : await completing(modelPath) };
        if (this.#looked?.modelPath === modelPath) this.#onChangedElsewhere();
      }
      this.#looked = { modelPath, atMs };
      return this.#known.ref;
    } catch {
      // The engine reports a base that cannot be read.
      return null;
    }
  }

  /** Whether this one failed, for a lasting reason: the base then completes alone until another is prepared. */
  refuse({ id }: Pick<AdapterRef, 'id'>, error: unknown): boolean {
    if (this.#known.ref?.id !== id || !OF_THE_ADAPTER.has(codeOf(error))) return false;
    this.#known = { ...this.#known, ref: null };
    return true;
  }

  /** Forces a new look-up. */
  forget(): void {
    this.#looked = null;
  }
}

/** '' if not prepared. Does not read the base. */
async function stampOf(modelPath: string): Promise<string> {
  if (isBundled(modelPath)) return '';
  const { size, mtimeMs } = await stat(modelPath);
  const layouts = await layoutsStamp(size);
  return layouts === '' ? '' : `${modelPath} ${mtimeMs}\n${layouts}`;
}

async function completing(modelPath: string): Promise<AdapterRef | null> {
  const made = await refOf(modelPath);
  return made !== null && completes(made) ? made : null;
}

async function refOf(modelPath: string): Promise<AdapterRef | null> {
  return (await layoutAdapter(await sha256OfModel(modelPath)))?.ref ?? null;
}
