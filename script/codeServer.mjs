// A real VS Code served to a browser (code-server), installed only from the npm registry and the distribution's packages, once, into the
// user's cache folder. Used by `npm run vscode` and by the end-to-end tests.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const codeServerVersion = '4.139.1';
/** code-server runs on, and builds its native modules for, exactly this major version. */
const nodeVersion = '24.21.0';
/** The package that contains the program itself: the one named `node` fetches it in an install script, which npm may not run. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

function cacheFolder() {
  return (
    process.env.REPOTUNE_CODE_SERVER ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'repotune', 'code-server')
  );
}

/** Returns the program and its first argument; installs what is missing, which takes two to three minutes. */
export function installCodeServer(log = console.error) {
  const folder = cacheFolder();
  const modules = join(folder, 'node_modules');
  const vscode = join(modules, 'code-server', 'lib', 'vscode');
  const node = join(modules, nodePackage, 'bin', 'node');
  const entry = join(modules, 'code-server', 'out', 'node', 'entry.js');
  const logger = join(vscode, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node');
  if (versionOf(node, entry) === codeServerVersion && existsSync(logger)) return { node, entry };

  log(`Installing VS Code (code-server ${codeServerVersion}) into ${folder}: a few minutes, once`);
  mkdirSync(folder, { recursive: true });
  installSystemPackages(['libkrb5-dev', 'libsecret-1-dev', 'pkg-config', 'python3', 'make', 'g++'], log);
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  npm(folder, ['install', ...quiet, '--save-exact', `${nodePackage}@${nodeVersion}`]);
  // code-server's own install step insists on that Node version and builds with it: here its two steps run by hand, with the right one.
  npm(folder, ['install', ...quiet, '--save-exact', '--ignore-scripts', `code-server@${codeServerVersion}`]);
  const path = `${join(modules, nodePackage, 'bin')}${delimiter}${process.env.PATH ?? ''}`;
  // Native modules are built with the headers of the Node they run on, which lie beside it: those that npm would use by itself are fetched
  // from elsewhere, or those of another Node.
  const headers = `--nodedir=${join(modules, nodePackage)}`;
  npm(vscode, ['install', '--omit=dev', headers, ...quiet], path);
  npm(join(vscode, 'extensions'), ['install', '--omit=dev', headers, ...quiet], path);
  // Under `npm run` in a project that disables install scripts, npm runs none here either. Without this one there are no log files, and
  // output channels stay empty.
  npm(vscode, ['rebuild', '--ignore-scripts=false', headers, ...quiet, '@vscode/spdlog'], path);
  if (versionOf(node, entry) !== codeServerVersion)
    throw new Error(`VS Code could not be installed into ${folder}: delete that folder and try again.`);
  return { node, entry };
}

/** A Chromium to drive: REPOTUNE_CHROMIUM, one on the PATH, or the distribution's package. */
export function findChromium(log = console.error) {
  const known = () =>
    [process.env.REPOTUNE_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']
      .filter(Boolean)
      .find((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);
  const found = known();
  if (found) return whole(found);
  installSystemPackages(['chromium'], log);
  const installed = known();
  if (!installed) throw new Error('No Chromium was found: install one, or name it in REPOTUNE_CHROMIUM.');
  return whole(installed);
}

export function installVsix({ node, entry }, profile, vsix) {
  const { status, stdout, stderr } = spawnSync(
    node,
    [entry, ...folders(profile), '--install-extension', vsix, '--force'],
    { encoding: 'utf8', env: ownEnvironment() },
  );
  if (status !== 0) throw new Error(`VS Code refused ${vsix}:\n${stdout}${stderr}`);
}

/** Starts serving `folder`, or a multi-root .code-workspace file; `close()` ends the server and what it started. */
export async function startCodeServer(
  { node, entry },
  { profile, folder, workspaceTrust = true, port, log, env = {} },
) {
  const chosen = port ?? (await freePort());
  const args = [
    entry,
    ...folders(profile),
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${chosen}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
  ];
  if (!workspaceTrust) args.push('--disable-workspace-trust');
  const child = spawn(node, [...args, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownEnvironment(), ...env },
    detached: process.platform !== 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
      log?.(String(chunk));
    });
  const close = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGTERM');
  };
  process.once('exit', close);
  const base = `http://127.0.0.1:${chosen}`;
  for (const started = Date.now(); Date.now() - started < 60_000; ) {
    if (child.exitCode !== null) break;
    if (
      await fetch(`${base}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return {
        url: `${base}/?${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(folder)}`,
        child,
        close,
        output: () => output,
      };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  close();
  throw new Error(`VS Code did not start:\n${output}`);
}

/** The extensions folder of a profile. */
export function extensionsOf(profile) {
  return join(profile, 'extensions');
}

function folders(profile) {
  return ['--user-data-dir', join(profile, 'user'), '--extensions-dir', extensionsOf(profile)];
}

/** Inside another VS Code's terminal, these variables would send our commands to that instance. */
function ownEnvironment() {
  const { VSCODE_IPC_HOOK_CLI: _hook, ...env } = process.env;
  return env;
}

function versionOf(node, entry) {
  if (!existsSync(node) || !existsSync(entry)) return null;
  // The very first run prints before it that a default configuration was written.
  const printed = spawnSync(node, [entry, '--version'], { encoding: 'utf8' }).stdout ?? '';
  return printed.match(/^\d+\.\d+\.\d+(?=\s)/m)?.[0] ?? null;
}

function whole(program) {
  if (program.includes('/') || process.platform === 'win32') return program;
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

function installSystemPackages(names, log) {
  // Other distributions name these packages differently, and may have them; whatever lacks them reports it.
  if (spawnSync('dpkg-query', ['--version'], { stdio: 'ignore' }).error) {
    log(`What Debian calls ${names.join(', ')} has to be installed here.`);
    return;
  }
  const missing = names.filter(
    (name) =>
      !spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' }).stdout?.includes('install ok'),
  );
  if (missing.length === 0) return;
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  log(`Installing ${missing.join(', ')}`);
  const apt = (...args) =>
    spawnSync([...prefix, 'apt-get'][0], [...prefix, 'apt-get', ...args].slice(1), {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  if (!(apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', ...missing)))
    throw new Error(`These system packages are needed: ${missing.join(' ')}. Install them and try again.`);
}

function npm(cwd, args, path) {
  const env = path ? { ...process.env, PATH: path } : process.env;
  const { status } = spawnSync('npm', args, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}: see its message above.`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
