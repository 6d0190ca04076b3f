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
    await checks.that('a model file that is none is told with its name, and the way back works', async () => {
      const broken = join(scratch, 'broken.gguf');
      writeFileSync(broken, 'this is not a model');
      await editor.setSetting('repotune.model.path', broken);
      await toast.filter({ hasText: 'broken.gguf' }).first().waitFor();
      await editor.screenshot('bad-input-model');
      await editor.setSetting('repotune.model.path', '');
      await editor.waitForStatus('Repotune: base');
    });
  } finally {
    await editor.screenshot('bad-input-last').catch(() => {});
    await editor.close();
  }
}
