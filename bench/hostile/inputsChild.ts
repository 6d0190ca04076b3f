/**
 * Every command with every input of the table, in turn, in a separate process: prints a line for each, with what is wrong.
 * usage: inputsChild.ts FOLDER, in which `makeInputs` has made them and `good` is a repository
 */
import { join } from 'node:path';
import { commandTable, judge } from './commandTable.ts';
import { inputsAt } from './inputs.ts';
import { tryCommand } from './tryCommand.ts';

const [root = ''] = process.argv.slice(2);
for (const one of commandTable(inputsAt(root), join(root, 'good'))) {
  const problem = judge(one, await tryCommand(one.args));
  console.log(JSON.stringify({ what: `${one.input.name}: ${one.args.join(' ')}`, problem }));
}
