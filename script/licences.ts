// The licence texts of everything whose code is in the package.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const place = z.union([z.string(), z.object({ url: z.string() })]);
const manifest = z.object({
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
  homepage: z.string().optional(),
  repository: place.optional(),
});

/** Where to find the licence of native code that a package embeds without it. */
const embedded: Readonly<Record<string, (folder: string) => string>> = { 'node-llama-cpp': llamaLicence };

/** Throws if a package names no licence at all; one that names it but includes no text is listed as such. */
export function thirdPartyNotices(root: string, names: readonly string[]): string {
  const bare: string[] = [];
  const sections = names.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license, ...origin } = manifest.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|copying|copyright|thirdparty)/i.test(file))
      .filter((file) => !/\.(js|ts|json)$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0 && !license) throw new Error(`${name} names no licence: it cannot ship.`);
    const licence = typeof license === 'string' ? license : (license?.type ?? 'see below');
    if (texts.length === 0) {
      bare.push(`${name} (${licence})`);
      texts.push(`The package carries no licence text. Licence: ${licence}. ${originOf(name, origin)}`);
    }
    const native = embedded[name]?.(folder);
    return [`${name} ${version} (${licence})`, '-'.repeat(72), ...texts, ...(native ? ['', native] : [])].join('\n');
  });
  const without = bare.length === 0 ? '' : ` Without a licence text of their own: ${bare.join(', ')}.`;
  return `Repotune contains code of the following packages.${without}\n\n${sections.join('\n\n\n')}\n`;
}

function originOf(name: string, { author, homepage, repository }: Partial<z.infer<typeof manifest>>): string {
  const who = typeof author === 'string' ? author : author?.name;
  const source = typeof repository === 'string' ? repository : repository?.url;
  const where = homepage ?? source ?? `https://www.npmjs.com/package/${name}`;
  return `${who === undefined ? '' : `Author: ${who}. `}From: ${where}`;
}

/** The source of llama.cpp comes as a git bundle. */
function llamaLicence(folder: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-licence-'));
  const git = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The licence of llama.cpp cannot be read from ${folder}: ${stderr}`);
    return stdout.trim();
  };
  try {
    git('clone', '--quiet', '--bare', join(folder, 'llama', 'gitRelease.bundle'), scratch);
    return `Contains llama.cpp and ggml:\n\n${git('-C', scratch, 'show', 'HEAD:LICENSE')}`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
