import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionsOf } from '../../../script/codeServer.mjs';
import { openEditor } from '../editor.mjs';
import { commitAll } from '../repository.mjs';

/** Every failure shows one sentence that says what to do, and leaves nothing behind. */
export async function badInput(context) {
  const { checks, scratch } = context;
  const folder = join(scratch, 'tiny');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'only.ts'), 'export const one = 1;\n');
  commitAll(folder);
  installOther(extensionsOf(join(scratch, 'profile')));
  // A copy would bring along an extension list that lacks the other one.
  const editor = await openEditor({ ...context, extensions: null, folder });
  const toast = editor.page.locator('.notification-toast');
  // The notification comes once, on activation or at the second check half a minute later, and disappears by itself: watched for from the
  // start.
  const named = toast
    .filter({ hasText: 'Another Assistant offers inline suggestions too' })
    .waitFor({ timeout: 180_000 })
    .then(() => editor.screenshot('bad-input-other'));
  named.catch(() => {});
  try {
    await checks.that(
      'a tune on too little code says so once, in the panel that it opens, and stores nothing',
      async () => {
        await editor.waitForStatus('Repotune: base');
        await editor.command('Repotune: Tune on This Repository');
        const why = /little|few|need/;
        await editor.panel().locator('#page-progress .problem').filter({ hasText: why }).waitFor();
        assert.equal(await toast.filter({ hasText: why }).count(), 0);
        await editor.screenshot('bad-input-too-little');
        const versions = join(folder, '.git', 'repotune', 'versions');
        assert.equal(existsSync(versions) ? readdirSync(versions).length : 0, 0);
      },
    );
    await checks.that('a killed server is restarted, and reported once', async () => {
      const said = toast.filter({ hasText: 'stopped unexpectedly and was restarted' });
      await kill(editor);
      await said.waitFor();
      await editor.screenshot('bad-input-killed');
      await said.hover();
      await said.locator('.codicon-notifications-clear').click();
      await said.waitFor({ state: 'detached' });
      await kill(editor);
      await serversOf(editor, 1);
      assert.equal(await said.count(), 0);
    });
    await checks.that('a server that dies three times within a minute is restarted only by command', async () => {
      await kill(editor);
      await toast.filter({ hasText: 'will not be restarted' }).waitFor();
      await editor.page.waitForTimeout(2000);
      assert.equal(serverPids(editor).length, 0);
      await editor.command('Repotune: Restart Server');
      await editor.waitForStatus('Repotune: base');
    });
    await checks.that('another extension that suggests inline is named', async () => {
      await named;
    });
  } finally {
    await editor.screenshot('bad-input-last').catch(() => {});
    await editor.close();
  }
}

/** A dummy extension named like one with inline suggestions. */
function installOther(extensions) {
  const folder = join(extensions, 'tabbyml.vscode-tabby-0.0.1');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'vscode-tabby',
    publisher: 'tabbyml',
    displayName: 'Another Assistant',
    version: '0.0.1',
    engines: { vscode: '^1.90.0' },
    main: './main.js',
    activationEvents: ['*'],
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), 'exports.activate = () => {};\n');
}

/** Process ids of this editor's language servers (Linux). */
function serverPids(editor) {
  const script = join(editor.extensionFolder(), 'dist', 'server.mjs');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(script);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function serversOf(editor, count) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (serverPids(editor).length === count) return;
    await editor.page.waitForTimeout(100);
  }
  assert.equal(serverPids(editor).length, count);
}

/** Kills the language server, and waits until the extension has noticed. */
async function kill(editor) {
  await serversOf(editor, 1);
  const [pid] = serverPids(editor);
  process.kill(pid, 'SIGKILL');
  for (let tries = 0; tries < 50 && serverPids(editor).includes(pid); tries += 1) await editor.page.waitForTimeout(100);
}
