/** Something that a repository makes git run, and a plain git command that triggers it: without that a silent check would prove nothing. */
import type { HostileRepository } from './repository.ts';
import type { Site } from './site.ts';

export interface Trap {
  readonly name: string;
  /** Lays the trap and returns the git commands that set it off, in order. */
  lay(site: Site, repository: HostileRepository): Proof;
}

export interface Proof {
  readonly commands: readonly (readonly string[])[];
  readonly input?: string;
  /** Prefix of the label of what fires, if not the trap's name. */
  readonly label?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Adds a setting in `.git/config` syntax. */
export function set(repository: HostileRepository, section: string, ...lines: readonly string[]): void {
  repository.configure(`[${section}]\n${lines.map((line) => `\t${line}`).join('\n')}`);
}

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A trap of one setting and the commands that trigger it. */
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
