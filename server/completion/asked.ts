/** What an editor's request comes to: the text to complete, the model and adapter that answer, and how much there is time to read. */
import type { AdapterRef } from '../engine/types.ts';
import type { Settings } from '../protocol/index.ts';
import type { Origin } from './cache.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import type { EngineHost } from './host.ts';
import { type Paces, tokensInTime } from './pace.ts';
import { weightsOf } from './weights.ts';

export interface ProviderRequest {
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
  readonly languageId: string;
  readonly invoked: boolean;
}

export interface AskedDependencies {
  readonly host: EngineHost;
  settings(): Settings;
  modelPath(): string;
  place(uri: string, languageId: string): Promise<Place>;
  /** The text that a document goes on from, e.g. that of the cells above one; '' for none. */
  textAbove(uri: string): string;
  /** Code from other files for the cursor: for the prompt, and for speculation; '' for none. */
  otherFiles(request: ProviderRequest): OtherFiles | Promise<OtherFiles>;
  /** How fast the model reads and writes here. */
  readonly paces: Paces;
}

interface Place {
  readonly repoName: string;
  /** From its folder; '' for what is no file. */
  readonly path: string;
  readonly adapter: AdapterRef | null;
}

interface OtherFiles {
  readonly context: string;
  readonly similar: string;
}

export interface Asked {
  readonly target: CompletionTarget;
  readonly serving: Serving;
  readonly origin: Origin;
  /** Tokens that there is time to evaluate. */
  readonly freshTokens: number;
}

/** Loads the model if it is not yet. */
export async function askedOf(
  request: ProviderRequest,
  { host, settings, modelPath, place, textAbove, otherFiles, paces }: AskedDependencies,
): Promise<Asked> {
  const { uri, text, offset, languageId } = request;
  const path = modelPath();
  const [{ repoName, path: pathInFolder, adapter }, loaded] = await Promise.all([
    place(uri, languageId),
    host.loaded({ modelPath: path, device: settings().device }),
  ]);
  const above = textAbove(uri);
  const whole = { text: above + text, offset: above.length + offset };
  return {
    target: {
      ...whole,
      languageId,
      path: pathInFolder,
      repoName,
      ...(await otherFiles({ ...request, ...whole })),
    },
    serving: { ...loaded, adapter },
    origin: { weights: weightsOf(loaded.engine, adapter), document: `${languageId}\n${uri}` },
    freshTokens: tokensInTime(await paces.of(loaded.engine, loaded.model)),
  };
}
