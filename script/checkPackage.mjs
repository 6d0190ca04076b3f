// `npm run check:package`: what is in the .vsix, how large it is, and whether it works from scratch in an empty profile.
// usage: node script/checkPackage.mjs [--json] [--vsix <file>]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { report } from '../server/bars.ts';
import { installCodeServer, installVsix } from './codeServer.mjs';
import { packageExtension } from './package.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, vsix: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-package-'));

/** All that may ship. What VS Code adds itself when it installs is in the last line. */
const allowed = [
  /^package\.json$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE(\.txt)?$/,
  /^THIRD_PARTY_LICENSES\.txt$/,
  /^media\/[\w-]+\.(png|svg)$/,
  /^media\/walkthrough\/\w+\.md$/,
  /^models\/(README\.md|[\w-]+\.gguf)$/,
  /^dist\/((extension|client)\.cjs|(server|engine|cli|parser|[a-zA-Z]+-[A-Z0-9]{8})\.mjs|webview\.(js|css))$/,
  /^dist\/native\/(repotune\.node|lib(ggml|llama)[\w.-]*\.so|gpu\/libggml-vulkan\.so)$/,
  /^dist\/node_modules\/(tree-sitter[\w-]*|node-gyp-build|piscina)\/(.*\.(js|mjs|json)|prebuilds\/[\w-]+\/tree-sitter[\w-]*\.node)$/,
  /^\.vsixmanifest$/,
];
/** Places on the machine that built it, and tests, must not be found in what ships. */
const forbiddenPaths = /(\.test\.|\.spec\.|\.map$|\.d\.ts$|\.ts$|\/test\/)/;

const problems = [];
try {
  const vsix = values.vsix ?? (await packageExtension());
  const profile = join(scratch, 'profile');
  installVsix(installCodeServer(), profile, vsix);
  const extensions = join(profile, 'extensions');
  const folder = join(
    extensions,
    readdirSync(extensions).find((name) => name.startsWith('repotune.')),
  );
  const files = readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
  for (const file of files) {
    if (!allowed.some((pattern) => pattern.test(file)) || forbiddenPaths.test(file))
      problems.push(`${file} should not ship`);
    else if (/\.(node|so|mjs|cjs|js|json)$/.test(file) && readFileSync(join(folder, file)).includes(root))
      problems.push(`${file} names the folder it was built in`);
  }
  useIt(folder);
  const foreign = problems.filter((problem) => problem.includes('ship') || problem.includes('names')).length;
  for (const problem of problems) console.error(problem);
  report(
    [
      { name: 'vsix-mb', value: statSync(vsix).size / 1e6, op: '<=', bar: 80 },
      { name: 'files-that-should-not-ship', value: foreign, op: '<=', bar: 0 },
    ],
    values.json,
    { files: files.length, works: problems.length === foreign },
  );
  if (problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** The installed command line mines real code with every grammar loaded, and completes with the bundled base. */
function useIt(folder) {
  const code = join(scratch, 'code');
  cpSync(join(root, 'node_modules', '@huggingface', 'hub', 'src', 'utils'), code, { recursive: true });
  const cli = (...args) =>
    spawnSync(process.execPath, [join(folder, 'dist', 'cli.mjs'), ...args], {
      cwd: code,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: scratch },
    });
  const mined = cli('mine', code);
  if (mined.status !== 0) problems.push(`mining fails when installed: ${mined.stderr}`);
  const file = readdirSync(code).find((name) => name.endsWith('.ts') && existsSync(join(code, name)));
  const completed = cli('complete', `${join(code, file)}:1:1`, '--base');
  if (completed.status !== 0) problems.push(`completing fails when installed: ${completed.stderr}`);
}
