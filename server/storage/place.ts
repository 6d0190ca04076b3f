/** Where this process runs: process ids are only meaningful within one host, one boot and one namespace. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Place {
  readonly host: string;
  /** '' if unavailable. */
  readonly boot: string;
  /** The process id namespace, of which a container has its own; '' if there are none. */
  readonly namespace: string;
}

export const here: Place = {
  host: hostname(),
  boot: textOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  namespace: textOr(() => readlinkSync('/proc/self/ns/pid')),
};

/** Whether a process id from there can be looked up here. Boot ids are unique everywhere, whereas hosts may share a name. */
export function isHere({ host, boot, namespace }: Place): boolean {
  return boot === here.boot && namespace === here.namespace && (boot !== '' || host === here.host);
}

/** Eight characters that identify this place in file names. */
export const placeTag: string = createHash('sha256')
  .update(here.boot === '' ? here.host : `${here.boot}${here.namespace}`)
  .digest('hex')
  .slice(0, 8);

function textOr(read: () => string): string {
  if (process.platform !== 'linux') return '';
  try {
    return read();
  } catch {
    return '';
  }
}
