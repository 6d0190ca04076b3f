/** Maps a command line to the command it names; each is a file in this folder. */

import { ClusterError } from '../cluster/errors.ts';
import { toolVersion } from '../common/version.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { endOfSession, SESSION_ENDS } from '../system/endOfSession.ts';
import { adaptersCommand } from './adapters.ts';
import { backendsCommand } from './backends.ts';
import { clusterCommand } from './cluster.ts';
import { type Command, UsageError } from './command.ts';
import { completeCommand } from './complete.ts';
import { doctorCommand } from './doctor.ts';
import { evalCommand } from './eval.ts';
import { liveCommand } from './live.ts';
import { mineCommand } from './mine.ts';
import { modelsCommand } from './models.ts';
import { shareCommand } from './share.ts';
import { statisticsCommand } from './statistics.ts';
import { StoppedAtQuestion } from './terminal.ts';
import { tuneCommand } from './tune.ts';
import { wrapped } from './wrap.ts';

const commands: Readonly<Record<string, Command>> = {
  tune: tuneCommand,
  mine: mineCommand,
  eval: evalCommand,
  complete: completeCommand,
  adapters: adaptersCommand,
  live: liveCommand,
  models: modelsCommand,
  backends: backendsCommand,
  share: shareCommand,
  cluster: clusterCommand,
  statistics: statisticsCommand,
  doctor: doctorCommand,
};

/** Where summaries begin. */
const SUMMARIES = 13;

function usageOfAll(out: NodeJS.WriteStream): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(SUMMARIES - 3)} ${summary}`);
  return [
    'usage: repotune <command> [--help | options]\n       repotune --version',
    wrapped(lines.join('\n'), out, SUMMARIES),
    wrapped(
      'Without a folder, a command applies to the current one. The exit code is 0 for success, 1 for failure, 2 for wrong usage and 130 if it was stopped.',
      out,
      0,
    ),
  ].join('\n\n');
}

function usageOf(name: string, { usage }: Command, out: NodeJS.WriteStream): string {
  // One line may be several in its source.
  const lines = `usage: repotune ${name} ${usage}`.split('\n').map((line) => line.replace(/(?<=\S) {2,}/g, ' '));
  return wrapped(lines.join('\n'), out);
}

/** Returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped. */
export async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version') {
    console.log(toolVersion);
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === undefined || command === undefined) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
    const usage = usageOfAll(asked ? process.stdout : process.stderr);
    console[asked ? 'log' : 'error'](asked ? usage : `${usage}\n\nrepotune: there is no command ${name}`);
    return asked && name !== undefined ? 0 : 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    const { stdout } = process;
    console.log(`${usageOf(name, command, stdout)}\n\n${wrapped(command.summary, stdout, 0)}`);
    return 0;
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const end = (): void => abort.abort(endOfSession());
  process.once('SIGINT', stop);
  for (const name of SESSION_ENDS) process.once(name, end);
  try {
    return await command.run(args, abort.signal);
  } catch (error) {
    if (abort.signal.aborted || error instanceof StoppedAtQuestion) {
      // A remote job may not have received the stop.
      const left =
        error instanceof ClusterError
          ? error.message
          : (command.leftWhenStopped?.(args, abort.signal) ?? 'Nothing was changed.');
      console.error(`repotune: stopped. ${left}`);
      return 130;
    }
    if (error instanceof UsageError) {
      // The message comes last: a usage may be longer than the terminal is high.
      console.error(`${usageOf(name, command, process.stderr)}\n\nrepotune ${name}: ${error.message}`);
      return 2;
    }
    console.error(`repotune: ${messageFor(error)}`);
    if (process.env['REPOTUNE_DEBUG']) console.error(error);
    return 1;
  } finally {
    process.removeListener('SIGINT', stop);
    for (const name of SESSION_ENDS) process.removeListener(name, end);
  }
}
