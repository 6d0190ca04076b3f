import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { commitAll } from '../repository.mjs';

/** What goes wrong is one sentence that says what to do, and nothing is left behind. */
export async function badInput(context) {
  const { checks, scratch } = context;
  const folder = join(scratch, 'tiny');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'only.ts'), 'export const one = 1;\n');
  commitAll(folder);
  const editor = await openEditor({ ...context, folder });
  const toast = editor.page.locator('.notification-toast');
  try {
    await checks.that('too little code is told as a notification, with how much is needed', async () => {
      await editor.waitForStatus('Repotune: base');
      await editor.command('Repotune: Tune on This Repository');
      await toast
        .filter({ hasText: /little|few|need/ })
        .first()
        .waitFor();
      await editor.screenshot('bad-input-too-little');
      const versions = join(folder, '.git', 'repotune', 'versions');
      assert.equal(existsSync(versions) ? readdirSync(versions).length : 0, 0);
    });
  } finally {
    await editor.screenshot('bad-input-last').catch(() => {});
    await editor.close();
  }
}
