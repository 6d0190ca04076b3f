/** Checks a model file before anything native reads it, so that a bad one gives a message instead of a crash. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { withoutControls } from '../common/controls.ts';
import { ModelError } from '../gguf/errors.ts';
import { hasFillInTokens } from '../gguf/fillInTokens.ts';
import { type GgufHeader, readHeader } from '../gguf/ggufHeader.ts';
import { tensorBytes, typeName } from '../gguf/tensorTypes.ts';
import { PROMPT_MARK } from '../prompt/promptMark.ts';
import { type PromptOrder, promptOrders } from '../protocol/promptFormat.ts';
import { noModelFile } from '../storage/fileErrors.ts';
import { inPieces, piecesOf, requireUsablePiece } from './pieces.ts';

/** Outside these bounds libllama aborts its process. */
const BOUNDS = [
  { key: 'block_count', least: 1, most: 512 },
  { key: 'attention.layer_norm_rms_epsilon', least: 0, most: 1 },
  { key: 'attention.layer_norm_epsilon', least: 0, most: 1 },
] as const;

/** Architectures that the trainer supports; inference alone supports more. */
export const TRAINABLE_ARCHITECTURES: readonly string[] = ['llama', 'qwen2', 'qwen3', 'gemma3'];

export interface ModelSummary {
  readonly path: string;
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly sizeBytes: number;
  readonly weightType: string;
  readonly contextLength: number;
  readonly layers: number;
  /** Not ruled out by the file: it has the tokens for it, or no vocabulary that could tell. */
  readonly fillInTheMiddle: boolean;
  /** The file has the tokens for it. */
  readonly statesFillInTheMiddle: boolean;
  readonly license: string;
  /** Files that the model is spread over; sizes and parameters are of this one alone. */
  readonly pieces: number;
  /** As its maker wrote them, like those of the loaded model (`engine/types.ts`). */
  readonly promptOrder: PromptOrder | null;
  readonly promptMark: string;
}

/** @throws {ModelError} if the file is not a complete GGUF model. Does not judge the architecture. */
export async function inspectModel(path: string): Promise<ModelSummary> {
  // Opening a pipe must not block.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ModelError('missing', noModelFile(path, error));
    },
  );
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new ModelError('not-gguf', `${path} is not a file. Give the path of a GGUF model.`);
    const header = await readHeader(file, path, info.size);
    requireWhole(header, path, info.size);
    await requireUsablePiece(header.metadata, path);
    return summarize(header, path);
  } finally {
    await file.close();
  }
}

/** As {@link inspectModel}, and @throws {ModelError} if the model cannot be tuned here. */
export async function inspectTrainable(path: string): Promise<ModelSummary> {
  const model = await inspectModel(path);
  const problem = trainableProblem(model, path);
  if (problem !== null) throw problem;
  return model;
}

/** Why the model cannot be tuned here; null if it can. */
export function trainableProblem(
  { architecture, fillInTheMiddle, pieces }: Pick<ModelSummary, 'architecture' | 'fillInTheMiddle' | 'pieces'>,
  path: string,
): ModelError | null {
  if (!TRAINABLE_ARCHITECTURES.includes(architecture)) {
    return new ModelError(
      'architecture',
      `${path} has the architecture ${architecture}, which cannot be tuned. Supported: ${TRAINABLE_ARCHITECTURES.join(', ')}.`,
    );
  }
  if (pieces > 1) return inPieces(path, pieces);
  return fillInTheMiddle ? null : cannotFillIn(path);
}

/** As {@link inspectModel}, and @throws {ModelError} if the model cannot complete: it would load, and fail at every cursor. */
export async function inspectCompleting(path: string): Promise<ModelSummary> {
  const model = await inspectModel(path);
  if (!model.fillInTheMiddle) throw cannotFillIn(path);
  return model;
}

function cannotFillIn(path: string): ModelError {
  return new ModelError(
    'cannot-fill-in',
    `${path} has no fill-in-the-middle tokens. Choose a code model that was trained to fill in the middle.`,
  );
}

function requireWhole({ metadata, tensors, dataOffset }: GgufHeader, path: string, fileBytes: number): void {
  if (metadata.get('general.type') === 'adapter') {
    throw new ModelError(
      'not-a-model',
      `${path} is an adapter, not a model. Choose its base model here, and import the adapter with "Repotune: Import Adapter…" (on the command line: repotune adapters import).`,
    );
  }
  if (metadata.get('general.architecture') === undefined) {
    throw new ModelError(
      'not-a-model',
      `${path} names no architecture: it is a GGUF file, but not a model. Choose a model's.`,
    );
  }
  if (tensors.length === 0)
    throw new ModelError('not-a-model', `${path} holds no weights. Give the path of a whole GGUF model.`);
  const architecture = String(metadata.get('general.architecture'));
  for (const { key, least, most } of BOUNDS) {
    const value = metadata.get(`${architecture}.${key}`);
    if (value !== undefined && !(Number(value) >= least && Number(value) <= most))
      throw new ModelError('not-gguf', `${path} has a damaged header. Download it again.`);
  }
  const end = tensors.reduce((most, tensor) => Math.max(most, dataOffset + tensor.offset + tensorBytes(tensor)), 0);
  if (end > fileBytes) {
    throw new ModelError('truncated', `${path} is truncated: ${fileBytes} of ${end} bytes. Download it again.`);
  }
}

function summarize({ metadata, tensors, fillInTokens }: GgufHeader, path: string): ModelSummary {
  const states = hasFillInTokens((key) => metadata.has(key), fillInTokens);
  const architecture = text(metadata.get('general.architecture'));
  const bytesByType = new Map<number, number>();
  for (const tensor of tensors) {
    bytesByType.set(tensor.type, (bytesByType.get(tensor.type) ?? 0) + tensorBytes(tensor));
  }
  const [type] = [...bytesByType].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  return {
    path,
    name: text(metadata.get('general.name')) || path.replace(/^.*[\\/]/, ''),
    architecture,
    parameters: tensors.reduce((sum, { shape }) => sum + elements(shape), 0),
    sizeBytes: tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0),
    weightType: typeName(type),
    contextLength: number(metadata.get(`${architecture}.context_length`)),
    layers: number(metadata.get(`${architecture}.block_count`)),
    fillInTheMiddle: states || !(metadata.has('tokenizer.ggml.tokens') || metadata.has('repotune.prompt_order')),
    statesFillInTheMiddle: states,
    license: text(metadata.get('general.license')),
    pieces: piecesOf(metadata),
    promptOrder: promptOrders.find((order) => order === metadata.get('repotune.prompt_order')) ?? null,
    promptMark: text(metadata.get(PROMPT_MARK)),
  };
}

/** Applies to text that is shown, and stored in manifests. */
const MOST_TEXT_CHARS = 200;

function text(value: unknown): string {
  return typeof value === 'string' ? withoutControls(value.slice(0, MOST_TEXT_CHARS)) : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
