/** Models downloaded by Ollama, used in place: its store has each GGUF as a blob named by its sha256. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const manifestSchema = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      size: z.number().int().nonnegative(),
    }),
  ),
});

export interface OllamaModel {
  /** As the user knows it, e.g. `qwen2.5-coder:1.5b-base`. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Possible locations of the store, most specific first (Ollama's FAQ: OLLAMA_MODELS, the user's home, the Linux service's home). */
export function ollamaFolders(environment: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const chosen = environment['OLLAMA_MODELS'];
  return [...(chosen ? [chosen] : []), join(homedir(), '.ollama', 'models'), '/usr/share/ollama/.ollama/models'];
}

/** Models found below `folders`, each once, sorted by name. Unreadable and foreign files are skipped: the store is not ours. */
export async function findOllamaModels(folders: readonly string[]): Promise<OllamaModel[]> {
  const found = new Map<string, OllamaModel>();
  for (const folder of folders) {
    for (const manifest of await filesBelow(join(folder, 'manifests'), 5)) {
      const model = await readManifest(folder, manifest);
      if (model && !found.has(model.name)) found.set(model.name, model);
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

async function readManifest(folder: string, segments: readonly string[]): Promise<OllamaModel | null> {
  const parsed = manifestSchema.safeParse(await readJson(join(folder, 'manifests', ...segments)));
  const layer = parsed.data?.layers.find(({ mediaType }) => mediaType === 'application/vnd.ollama.image.model');
  if (!layer) return null;
  const sha256 = layer.digest.slice('sha256:'.length);
  const path = join(folder, 'blobs', `sha256-${sha256}`);
  const size = await stat(path).then(
    (info) => info.size,
    () => -1,
  );
  // An interrupted pull leaves a manifest with an incomplete blob.
  if (size !== layer.size) return null;
  return { name: nameOf(segments), path, sizeBytes: size, sha256 };
}

/** manifests/<host>/<namespace>/<model>/<tag>; the default host and its default namespace are not part of the name that people type. */
function nameOf([host = '', namespace = '', model = '', tag = '']: readonly string[]): string {
  const elsewhere = host === 'registry.ollama.ai' ? [] : [host];
  const own = elsewhere.length === 0 && namespace === 'library' ? [] : [namespace];
  return `${[...elsewhere, ...own, model].join('/')}:${tag}`;
}

/** Path segments of every file below `folder`, at most `depth` folders down. Links are not followed. */
async function filesBelow(folder: string, depth: number): Promise<string[][]> {
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const lists = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile()) return [[entry.name]];
      if (!entry.isDirectory()) return [];
      return (await filesBelow(join(folder, entry.name), depth - 1)).map((rest) => [entry.name, ...rest]);
    }),
  );
  return lists.flat();
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
