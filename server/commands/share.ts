import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ModelLibrary } from '../models/library.ts';
import { libraryPlaces } from '../models/places.ts';
import { baseFinder } from '../sharing/bases.ts';
import { type Offer, type SignaturePolicy, TeamShare } from '../sharing/index.ts';
import { type Command, numberOf, oneOf, parse, UsageError } from './command.ts';
import { grid, megabytes, StatusLine, table } from './terminal.ts';

interface Flags {
  readonly json: boolean;
  readonly yes: boolean;
  readonly keep: number | undefined;
  readonly olderThanDays: number | undefined;
  readonly dryRun: boolean;
}

type Action = (share: TeamShare, wanted: string | undefined, flags: Flags, signal: AbortSignal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = { list, publish, pull, verify, prune };

export const shareCommand: Command = {
  summary:
    "The team's adapters, in a git remote: publish one, list what is there, take one, check one, remove old ones.",
  usage:
    '[list | publish [adapter] | pull <adapter> | verify <adapter> | prune [--keep n] [--older-than days] [--dry-run]]\n' +
    '       [--folder path] [--remote name-or-address] [--signatures require|warn|off] [--yes] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      remote: { type: 'string' },
      signatures: { type: 'string' },
      keep: { type: 'string' },
      'older-than': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [name = 'list', wanted, ...more] = positionals;
    const action = actions[name];
    if (action === undefined) throw new UsageError(`there is no action ${name}`);
    if (more.length > 0) throw new UsageError('one adapter at a time');
    const signatures: SignaturePolicy = oneOf(values.signatures, 'signatures', ['require', 'warn', 'off']) ?? 'warn';
    const share = await TeamShare.open({
      folder: resolve(values.folder ?? '.'),
      ...(values.remote === undefined ? {} : { remote: values.remote }),
      signatures,
      // Who types the command in a folder has chosen it; editors ask for trust before they call.
      trusted: true,
      findBase: baseFinder(new ModelLibrary(libraryPlaces())),
    });
    const flags = {
      json: values.json,
      yes: values.yes,
      keep: numberOf(values.keep, 'keep', 0, 1e6),
      olderThanDays: numberOf(values['older-than'], 'older-than', 0, 1e5),
      dryRun: values['dry-run'],
    };
    return await action(share, wanted, flags, signal);
  },
};

async function list(share: TeamShare, _: string | undefined, { json }: Flags, signal: AbortSignal): Promise<number> {
  const { versions, unusable, totalBytes, warning } = await share.list(signal);
  if (json) {
    console.log(
      JSON.stringify({
        versions: versions.map(({ set, manifest, author }) => ({ ...manifest, set, author })),
        unusable,
        totalBytes,
      }),
    );
    return 0;
  }
  if (versions.length === 0) console.log(`Nothing is shared at ${share.remote.name} yet: repotune share publish.`);
  else {
    const rows = versions.map(({ id, set, author, manifest: { base, metrics, adapter, createdAt } }) => [
      id,
      set,
      author.name,
      createdAt.slice(0, 10),
      base.name,
      metrics === null
        ? 'not evaluated'
        : `${metrics.heldOutLossBase.toFixed(3)} -> ${metrics.heldOutLossTuned.toFixed(3)}`,
      megabytes(adapter.sizeBytes),
    ]);
    console.log(grid(['adapter', 'set', 'by', 'made', 'base', 'held-out loss', 'size'], rows));
  }
  for (const { id, problem } of unusable) console.error(`${id} cannot be used: ${problem}`);
  if (warning !== null) console.error(warning);
  return 0;
}

async function publish(
  share: TeamShare,
  wanted: string | undefined,
  { json }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const id = wanted ?? (await share.store.active())?.id;
  if (id === undefined) throw new UsageError('which adapter? None serves here');
  const line = new StatusLine(process.stderr);
  const published = await share
    .publish(id, ({ done, of }) => line.show(`publishing: ${done} of ${of}`), signal)
    .finally(() => line.clear());
  const where = `${share.remote.name}, in the set ${published.set}`;
  if (json) console.log(JSON.stringify(published));
  else
    console.log(published.already ? `${published.id} is at ${where} already.` : `${published.id} is at ${where} now.`);
  return 0;
}

async function pull(share: TeamShare, wanted: string | undefined, flags: Flags, signal: AbortSignal): Promise<number> {
  const line = new StatusLine(process.stderr);
  const stored = await share
    .pull(
      required(wanted),
      async (offer) => await consent(offer, flags),
      ({ partsDone, parts }) => line.show(`fetching: part ${Math.min(partsDone + 1, parts)} of ${parts}`),
      signal,
    )
    .finally(() => line.clear());
  if (flags.json) console.log(JSON.stringify({ id: stored.id }));
  else
    console.log(
      `${stored.id} is here, inactive. Measure it on your files (repotune eval --adapter ${stored.id}), then: repotune adapters activate ${stored.id}`,
    );
  return 0;
}

async function verify(
  share: TeamShare,
  wanted: string | undefined,
  { json }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const offer = await share.verify(required(wanted), signal);
  if (json)
    console.log(
      JSON.stringify({
        id: offer.version.id,
        signature: offer.signature,
        warning: offer.warning,
        newAuthor: offer.newAuthor,
      }),
    );
  else console.log(describe(offer));
  return 0;
}

async function prune(share: TeamShare, _: string | undefined, flags: Flags, signal: AbortSignal): Promise<number> {
  const { keep, olderThanDays, json } = flags;
  if (keep === undefined && olderThanDays === undefined)
    throw new UsageError('say what may go: --keep n, --older-than days, or both');
  const rule = { ...(keep === undefined ? {} : { keep }), ...(olderThanDays === undefined ? {} : { olderThanDays }) };
  const planned = await share.prune(rule, { dryRun: true, nowMs: Date.now() }, signal);
  const names = planned.versions.map(({ id }) => id);
  const doIt =
    !flags.dryRun &&
    names.length + planned.orphanParts > 0 &&
    (flags.yes || (await ask(`Delete ${names.join(', ') || 'unfinished uploads'} at ${share.remote.name}?`)));
  if (doIt) await share.prune(rule, { dryRun: false, nowMs: Date.now() }, signal);
  if (json) console.log(JSON.stringify({ deleted: doIt, versions: names, orphanParts: planned.orphanParts }));
  else
    console.log(
      names.length === 0 ? 'No version is that old.' : `${doIt ? 'Deleted' : 'Would delete'}: ${names.join(', ')}`,
    );
  return 0;
}

/** Shows what is offered, then asks; `--yes` is the answer given beforehand. */
async function consent(offer: Offer, { yes }: Flags): Promise<boolean> {
  console.error(describe(offer));
  return yes || (await ask('Take it?'));
}

function describe({ version: { id, set, author, manifest }, signature, warning, newAuthor }: Offer): string {
  const { base, metrics, adapter, createdAt } = manifest;
  const rows: [string, string][] = [
    ['adapter', `${id} (${set})`],
    ['author', `${author.name} <${author.email}>${newAuthor ? ', from whom nothing was taken before' : ''}`],
    ['made', createdAt],
    ['base', `${base.name}, sha256 ${base.sha256.slice(0, 12)}`],
    [
      'held-out loss',
      metrics === null
        ? 'not evaluated'
        : `${metrics.heldOutLossBase.toFixed(3)} -> ${metrics.heldOutLossTuned.toFixed(3)}, as its author measured it`,
    ],
    ['size', megabytes(adapter.sizeBytes)],
    ['signature', signature.kind === 'good' ? `good, ${signature.signer}` : signature.kind],
  ];
  return `${table(rows)}${warning === null ? '' : `\n${warning}`}`;
}

async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${question} Say so with --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function required(wanted: string | undefined): string {
  if (wanted === undefined) throw new UsageError('which adapter?');
  return wanted;
}
