import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../editor.mjs';
import { makeRepository } from '../repository.mjs';

/** In an untrusted folder nothing is read, tuned or loaded: not even the server runs. */
export async function untrustedFolder(context) {
  const { checks, scratch } = context;
  const folder = makeRepository(join(scratch, 'hub'));
  const editor = await openEditor({
    ...context,
    folder,
    workspaceTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  try {
    await checks.that('an untrusted folder offers no tuning', async () => {
      await editor.waitForStatus('Repotune');
      assert.equal(await editor.offers('Repotune: Tune on This Repository'), false);
    });
    await checks.that('the panel says that Repotune is off until the folder is trusted', async () => {
      await editor.command('Repotune: Open Panel');
      await editor.panel().getByText('until you trust it').waitFor();
      await editor.screenshot('untrusted-panel');
    });
    await checks.that('nothing was written, and no suggestion comes', async () => {
      await editor.open('src/lib/list-files.ts', 30, 1);
      await editor.page.waitForTimeout(1500);
      assert.equal(await editor.page.locator('.ghost-text-decoration').count(), 0);
      assert.equal(existsSync(join(folder, '.git', 'repotune')), false);
    });
  } finally {
    await editor.close();
  }
}
