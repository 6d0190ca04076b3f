// The licence texts of everything whose code is in the package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts that the packages themselves do not carry: native code they embed. */
const embedded = {
  'node-llama-cpp': 'Includes llama.cpp and ggml, Copyright (c) 2023-2026 The ggml authors, MIT License.',
};

export function thirdPartyNotices(root, names) {
  const sections = names.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter(
      (file) => /^(licen[cs]e|notice|copying)/i.test(file) && !/\.(js|ts|json)$/.test(file),
    );
    const texts = files
      .map((file) => join(folder, file))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8').trim());
    if (texts.length === 0 && !license) throw new Error(`${name} names no licence: it cannot ship.`);
    const licence = typeof license === 'string' ? license : (license?.type ?? 'see below');
    return [`${name} ${version} (${licence})`, '-'.repeat(72), embedded[name], ...texts].filter(Boolean).join('\n');
  });
  return `Repotune contains code of the following packages.\n\n${sections.join('\n\n\n')}\n`;
}
