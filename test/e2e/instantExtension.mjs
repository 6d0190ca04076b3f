import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

/** Its status item's text once it is active. */
export const instantStatus = 'Instant: ready';

const manifest = {
  name: 'instant',
  displayName: 'Instant',
  publisher: 'peer',
  version: '1.0.0',
  engines: { vscode: '^1.96.0' },
  main: './extension.js',
  activationEvents: ['onLanguage', 'onStartupFinished'],
};

// A plain script, since the editor loads it directly.
const code = `const vscode = require('vscode');
exports.activate = async (context) => {
  const answer = { provideInlineCompletionItems: () => [new vscode.InlineCompletionItem('i < 10; i++) {')] };
  const status = vscode.window.createStatusBarItem();
  status.text = ${JSON.stringify(instantStatus)};
  status.show();
  context.subscriptions.push(status, vscode.languages.registerInlineCompletionItemProvider('*', answer));
  // What was typed before is answered as Repotune answers it.
  if (vscode.window.activeTextEditor?.document.version > 1)
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
};
`;

/**
 * The peer of the first suggestion: an extension of twenty lines that has its answer ready, without server or model. Nothing can suggest
 * sooner in that editor on that machine. Returns the package's path.
 */
export async function packageInstantExtension(scratch) {
  const folder = join(scratch, 'instant');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'README.md'), 'Answers at once.\n');
  writeFileSync(join(folder, 'extension.js'), code);
  const packagePath = join(scratch, 'instant.vsix');
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return packagePath;
}
