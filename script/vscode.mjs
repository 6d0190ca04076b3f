// `npm run vscode -- <folder>`: a real VS Code in the browser with the extension installed, for a person to try. The folder is trusted,
// since that person named it, and Repotune's panel is in view.
// usage: node script/vscode.mjs [folder] [--port 8765]
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installCodeServer, installVsix, startCodeServer } from './codeServer.mjs';
import { packageExtension } from './package.mjs';

/** Nothing but the code and Repotune in view. The user's own from then on. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } });
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
    // A browser's window keeps its own list of trusted folders, so trust can only be switched off as a whole. Only this machine is served.
    workspaceTrust: false,
    env: { REPOTUNE_SHOW_PANEL: '1' },
    ...(values.port ? { port: Number(values.port) } : {}),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, server.close);
  console.log(`VS Code with Repotune: ${server.url}\nCtrl+C ends it.`);
} catch (error) {
  console.error(`vscode: ${error.message}`);
  process.exitCode = 1;
}
