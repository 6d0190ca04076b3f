import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const measuringMs = 120_000;

/** The panel's Adapters and Activity views with the tuned version: two versions, a team's remote, and back. */
export async function manageAdapters({ checks, editor, folder, scratch }) {
  const { page } = editor;
  const panel = editor.panel();
  const dialog = page.locator('.monaco-dialog-box');
  const toast = page.locator('.notification-toast');
  const versions = () => readdirSync(join(folder, '.git', 'repotune', 'versions'));
  const act = (name) => panel.getByRole('button', { name }).first().click();
  const answer = async (button) => {
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  await checks.that('a version is renamed, and one tuned on the command line appears beside it', async () => {
    // Steps so small that nothing is learned: the gate rejects it.
    cli(
      editor,
      folder,
      'tune',
      folder,
      '--name',
      'second',
      '--minutes',
      '0.1',
      '--anyway',
      '--learning-rate',
      '0.000001',
    );
    await editor.command('Repotune: Open Panel');
    // The panel switches to that run's result by itself, once it learns of it.
    await panel.locator('.cards strong').filter({ hasText: 'second' }).waitFor({ state: 'attached' });
    await panel.getByRole('tab', { name: 'Adapters' }).click();
    await act(/^Rename… hub/);
    const input = page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor({ state: 'visible' });
    await input.fill('first try');
    await page.keyboard.press('Enter');
    await panel.locator('.cards strong').filter({ hasText: 'first try' }).waitFor();
    await panel.locator('.cards strong').filter({ hasText: 'second' }).waitFor();
    await editor.screenshot('a1-renamed');
  });

  await checks.that('two versions are compared on the same held-out files', async () => {
    await panel.getByRole('button', { name: 'Compare', exact: true }).click();
    await panel
      .getByText(/^(first try|second) is better|^These files show no clear difference|^Too few pairs/)
      .waitFor({ timeout: measuringMs });
    await panel.getByRole('columnheader', { name: 'first try' }).waitFor();
    await panel.getByRole('columnheader', { name: 'second' }).waitFor();
    await panel.getByRole('rowheader', { name: 'Held-out loss' }).waitFor();
    await editor.screenshot('a2-compared');
  });

  await checks.that('a version is published to the git remote, and the team finds it there', async () => {
    const remote = join(scratch, 'team.git');
    git(scratch, 'init', '--quiet', '--bare', remote);
    git(folder, 'remote', 'add', 'origin', remote);
    git(folder, 'config', 'user.name', 'Author');
    git(folder, 'config', 'user.email', 'author@example.org');
    await act(/^Publish… first try/);
    await answer('Publish');
    await toast
      .filter({ hasText: / is now at origin/ })
      .first()
      .waitFor({ timeout: measuringMs });
    assert.match(git(remote, 'for-each-ref').stdout, /refs\/repotune\/.*\/manifest\//);
    await act('Show Team Adapters');
    await panel.getByText('measured by its author').waitFor();
    await panel.getByText('✓ On this machine').waitFor();
    await editor.screenshot('a3-team');
  });

  await checks.that('a live comparison starts, shows its arms, and ends', async () => {
    await editor.command('Repotune: Start a Live Comparison');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'The base model' }).first().click();
    await panel.getByRole('tab', { name: 'Activity' }).click();
    await panel.getByRole('columnheader', { name: 'Base', exact: true }).waitFor();
    await editor.screenshot('a4-live');
    await panel.getByRole('button', { name: 'End the Live Comparison' }).click();
    await panel.getByRole('button', { name: 'Start a Live Comparison…' }).waitFor();
  });

  await checks.that('a version is deleted after a confirmation, and rolling back activates the base', async () => {
    const before = versions().length;
    await panel.getByRole('tab', { name: 'Adapters' }).click();
    await act(/^Delete… second/);
    await answer('Delete');
    await panel.locator('.cards strong').filter({ hasText: 'second' }).waitFor({ state: 'detached' });
    assert.equal(versions().length, before - 1);
    await act('Roll Back');
    await editor.waitForStatus('Repotune: base');
    await editor.screenshot('a5-rolled-back');
  });
}

function cli(editor, folder, ...args) {
  const script = join(editor.extensionFolder(), 'dist', 'cli.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`repotune ${args.join(' ')}: ${stderr}`);
}

function git(cwd, ...args) {
  const done = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done;
}
