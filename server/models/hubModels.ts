/** Models on the hub that are not in the catalogue, identified by repository and file: `owner/name/file.gguf`. */
import * as z from 'zod';

export interface HubModel {
  /** `owner/name/file.gguf` */
  readonly id: string;
  readonly repository: string;
  readonly file: string;
}

const part = /^(?!.*(?:--|\.\.))[A-Za-z0-9][\w.-]*$/;
/** Valid on every file system. Files in folders are mostly pieces of a larger one. */
const ggufFile = /^(?!.*--)[A-Za-z0-9][\w .+=,@()-]*\.gguf$/i;
/** One of several pieces: alone it is no model. */
const piece = /-\d{5}-of-\d{5}\.gguf$/i;

export function isHubFile(file: string): boolean {
  return ggufFile.test(file) && !piece.test(file);
}

/** null if `id` is not such a name. */
export function hubModel(id: string): HubModel | null {
  const [owner = '', name = '', file = '', ...more] = id.split('/');
  const fits = part.test(owner) && part.test(name) && isHubFile(file) && more.length === 0;
  return fits ? { id, repository: `${owner}/${name}`, file } : null;
}

/** File name of a download; the hub allows no `--` in names of repositories. */
export function storedName({ repository, file }: HubModel): string {
  return [...repository.split('/'), file].join('--');
}

/** Inverse of {@link storedName}; null for files from elsewhere. */
export function hubModelOf(stored: string): HubModel | null {
  return hubModel(stored.split('--').join('/'));
}

/** Parses a user's input: `owner/name`, or a page of it in the browser; with a file if it names one. null if it is neither. */
export function namedOnHub(text: string): { readonly repository: string; readonly file: string | null } | null {
  const path = text
    .trim()
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/[?#].*$/, '');
  const [owner = '', name = '', ...rest] = path.split('/').filter((segment) => segment !== '');
  if (!part.test(owner) || !part.test(name)) return null;
  const last = rest.at(-1);
  return { repository: `${owner}/${name}`, file: last !== undefined && isHubFile(last) ? last : null };
}

const address = z.url({ protocol: /^https?$/ });

/** The hub's address if the environment names a mirror, in the variable of the hub's own tools. */
export function hubAddress(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['HF_ENDPOINT'];
  return named ? addressOfHub('HF_ENDPOINT', named) : undefined;
}

/** Without a trailing slash, so that paths can be appended. `by`: where it was configured. @throws with a message for the user */
export function addressOfHub(by: string, named: string): string {
  if (!address.safeParse(named).success)
    throw new Error(`${by} is ${named}, which is no address. Set it to the hub's, such as https://huggingface.co.`);
  return named.replace(/\/+$/, '');
}
