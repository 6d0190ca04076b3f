// `npm run vscode -- <folder>`: a real VS Code in the browser with the extension installed, to try by hand. The folder is trusted, since
// the user named it, and Repotune's panel is in view.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, wholeNumber } from '../bench/commandLine.ts';
import { installCodeServer, installVsix, startCodeServer } from './codeServer.mjs';
import { packageExtension } from './package.mjs';

/** Shows only the code and Repotune at first. From then on the settings are the user's. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

const USAGE = `usage: npm run vscode -- [FOLDER] [--port N]

A VS Code in your browser with the extension installed and FOLDER (this checkout) open and trusted. The first time, VS Code (code-server) is
installed into the cache folder from npm, and any Debian packages missing for its build with sudo.

options:
  --port N   of this machine (a free one)`;

const { values, positionals } = commandLine(USAGE, { port: { type: 'string' } }, 1);
const port = values.port === undefined ? {} : { port: wholeNumber('--port', values.port) };
const folder = resolve(positionals[0] ?? fileURLToPath(new URL('..', import.meta.url)));

try {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder.`);
  const profile = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'repotune', 'profile');
  const settings = join(profile, 'user', 'User', 'settings.json');
  mkdirSync(join(settings, '..'), { recursive: true });
  if (!existsSync(settings)) writeFileSync(settings, `${JSON.stringify(quietSettings, null, 2)}\n`);
  const codeServer = installCodeServer();
  installVsix(codeServer, profile, await packageExtension());
  const server = await startCodeServer(codeServer, {
    profile,
    folder,
    // A browser window keeps its own list of trusted folders, so trust can only be switched off entirely. Only this machine is served.
    workspaceTrust: false,
    env: { REPOTUNE_SHOW_PANEL: '1' },
    ...port,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, server.close);
  console.log(`VS Code with Repotune: ${server.url}\nCtrl+C ends it.`);
} catch (error) {
  console.error(`vscode: ${error.message}`);
  process.exitCode = 1;
}
