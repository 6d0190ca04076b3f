/** Maps a command line to the command it names; each is a file in this folder. */
import { ClusterError } from '../cluster/errors.ts';
import { toolVersion } from '../common/version.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { endOfSession, SESSION_ENDS } from '../system/endOfSession.ts';
import { type Command, UsageError } from './command.ts';
import { StoppedAtQuestion } from './terminal.ts';
import { wrapped } from './wrap.ts';

/** Each loads its code when it is named: that of all takes 0.4 s of processor time to load, that of one 0.1 to 0.3. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  tune: async () => (await import('./tune.ts')).tuneCommand,
  mine: async () => (await import('./mine.ts')).mineCommand,
  eval: async () => (await import('./eval.ts')).evalCommand,
  complete: async () => (await import('./complete.ts')).completeCommand,
  adapters: async () => (await import('./adapters.ts')).adaptersCommand,
  live: async () => (await import('./live.ts')).liveCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  backends: async () => (await import('./backends.ts')).backendsCommand,
  share: async () => (await import('./share.ts')).shareCommand,
  cluster: async () => (await import('./cluster.ts')).clusterCommand,
  statistics: async () => (await import('./statistics.ts')).statisticsCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

/** Where summaries begin. */
const SUMMARIES = 13;

async function usageOfAll(out: NodeJS.WriteStream): Promise<string> {
  const lines: string[] = [];
  for (const [name, load] of Object.entries(commands))
    lines.push(`  ${name.padEnd(SUMMARIES - 3)} ${(await load()).summary}`);
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
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === undefined || load === undefined) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
    const usage = await usageOfAll(asked ? process.stdout : process.stderr);
    console[asked ? 'log' : 'error'](asked ? usage : `${usage}\n\nrepotune: there is no command ${name}`);
    return asked && name !== undefined ? 0 : 2;
  }
  const command = await load();
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
