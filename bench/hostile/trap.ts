/** What a repository lets git run, and the plain command of git that goes into it: without that a silent check would prove nothing. */
import type { HostileRepository } from './repository.ts';
import type { Site } from './site.ts';

export interface Trap {
  readonly name: string;
  /** Lays it and returns the commands of git that set it off, one after the other. */
  lay(site: Site, repository: HostileRepository): Proof;
}

export interface Proof {
  readonly commands: readonly (readonly string[])[];
  readonly input?: string;
  /** Begins the label of what fires, when it is not the trap's name. */
  readonly label?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A setting, in the writing of `.git/config`. */
export function set(repository: HostileRepository, section: string, ...lines: readonly string[]): void {
  repository.configure(`[${section}]\n${lines.map((line) => `\t${line}`).join('\n')}`);
}

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A trap that is one setting and the commands that ask for it. */
export function setting(
  section: string,
  key: string,
  commands: Proof['commands'],
  more: {
    readonly also?: readonly string[];
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Trap {
  const name = `${section.replace(/ "(.*)"$/, '.$1')}.${key}`;
  return {
    name,
    lay(site, repository) {
      set(repository, section, `${key} = ${quoted(site.canary(name))}`, ...(more.also ?? []));
      const { input, env } = more;
      return { commands, ...(input === undefined ? {} : { input }), ...(env === undefined ? {} : { env }) };
    },
  };
}
