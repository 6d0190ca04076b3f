import { megabytes } from '../common/format.ts';
import { ModelLibrary } from '../models/library.ts';
import { libraryPlaces } from '../models/places.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { basesOf } from '../sharing/bases.ts';
import { sentWords } from '../sharing/publish.ts';
import type { Bases } from '../sharing/service.ts';
import type { SignaturePolicy } from '../sharing/signatures.ts';
import { type Offer, type PruneResult, TeamShare } from '../sharing/teamShare.ts';
import { ask } from './ask.ts';
import {
  actionOf,
  type Command,
  countOf,
  numberOf,
  type OnlyFor,
  oneOf,
  parse,
  required,
  requireNone,
  requireOwnFlags,
  UsageError,
} from './command.ts';
import { evalCommand } from './eval.ts';
import { folderAt } from './inputs.ts';
import { judgingArguments } from './judging.ts';
import { listShared, offerText, unusableJson } from './shareText.ts';
import { quoted, StatusLine } from './terminal.ts';

interface Flags {
  readonly json: boolean;
  readonly folder: string;
  readonly yes: boolean;
  /** Consent given in advance to an author from whom nothing was taken before: `--yes` alone does not include it. */
  readonly trustAuthor: boolean;
  readonly activate: boolean;
  readonly keep: number | undefined;
  readonly olderThanDays: number | undefined;
  /** Prunes versions that nobody can use. */
  readonly unusable: boolean;
  readonly dryRun: boolean;
  /** Path of the base with this sha256 on this machine; null if it is not here. */
  readonly findBase: Bases['find'];
}

type Action = (share: TeamShare, wanted: string | undefined, flags: Flags, signal: AbortSignal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  list: async (share, _, { json }, signal) => await listShared(share, json, signal),
  publish,
  pull,
  verify,
  prune,
};
const TAKES_NONE: ReadonlySet<string> = new Set(['list', 'prune']);
const ONLY_FOR: OnlyFor<'keep' | 'older-than' | 'unusable' | 'dry-run' | 'trust-author' | 'activate' | 'yes'> = {
  keep: ['prune'],
  'older-than': ['prune'],
  unusable: ['prune'],
  'dry-run': ['prune'],
  'trust-author': ['pull'],
  activate: ['pull'],
  yes: ['pull', 'prune'],
};

export const shareCommand: Command = {
  summary: "Shares adapters through the team's git remote: lists, publishes, pulls, verifies and prunes them.",
  usage:
    '[list | publish [adapter] | pull <adapter> | verify <adapter> | prune [--keep n] [--older-than days] [--unusable] [--dry-run]]\n' +
    '       [--folder path] [--remote name-or-address] [--signatures require|warn|off] [--yes] [--json]\n' +
    '       pull: [--trust-author] [--activate] measures it here and activates it if it passes',
  leftWhenStopped: ([action]) =>
    action === 'publish'
      ? 'What was sent stays at the remote, where nobody is offered it. To finish, run the same command again; to delete it: repotune share prune'
      : undefined,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      remote: { type: 'string' },
      signatures: { type: 'string' },
      keep: { type: 'string' },
      'older-than': { type: 'string' },
      unusable: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      'trust-author': { type: 'boolean', default: false },
      activate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [name = 'list', wanted, ...more] = positionals;
    const action = actionOf(actions, name);
    if (TAKES_NONE.has(name)) requireNone(name, [wanted], 'adapter');
    if (more.length > 0) throw new UsageError('name only one adapter');
    requireOwnFlags(name, values, ONLY_FOR);
    const signatures: SignaturePolicy = oneOf(values.signatures, 'signatures', ['require', 'warn', 'off']) ?? 'warn';
    const folder = await folderAt(values.folder);
    const library = new ModelLibrary(libraryPlaces());
    const bases = basesOf(library);
    const share = await TeamShare.open({
      folder,
      ...(values.remote === undefined ? {} : { remote: values.remote }),
      signatures,
      // Typing the command in a folder implies trust in it; editors ask for trust before they call.
      findBase: bases.find,
      getBase: (base) => offerBase(library, bases, base, values.yes, signal),
      onWait: (sentence) => console.error(sentence),
    });
    const flags = {
      folder,
      json: values.json,
      yes: values.yes,
      trustAuthor: values['trust-author'],
      activate: values.activate,
      keep: countOf(values.keep, 'keep', 0, 1e6),
      olderThanDays: numberOf(values['older-than'], 'older-than', 0, 1e5),
      unusable: values.unusable,
      dryRun: values['dry-run'],
      findBase: bases.find,
    };
    return await action(share, wanted, flags, signal);
  },
};

async function publish(
  share: TeamShare,
  wanted: string | undefined,
  { json }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const id = wanted ?? (await share.store.active())?.id;
  if (id === undefined) throw new UsageError('name an adapter, since none is active here');
  const line = new StatusLine(process.stderr);
  const published = await share
    .publish(id, (progress) => line.show(`publishing: ${sentWords(progress)}`), signal)
    .finally(() => line.clear());
  const where = `${share.remote.name}, in the set ${published.set}`;
  if (json) console.log(JSON.stringify(published));
  else
    console.log(published.already ? `${published.id} is at ${where} already.` : `${published.id} is at ${where} now.`);
  if (published.warning !== null) console.error(published.warning);
  return 0;
}

async function pull(share: TeamShare, wanted: string | undefined, flags: Flags, signal: AbortSignal): Promise<number> {
  const line = new StatusLine(process.stderr);
  const before = new Set((await share.store.list()).adapters.map(({ id }) => id));
  const stored = await share
    .pull(
      required(wanted, 'name an adapter'),
      async (offer) => await consent(offer, flags),
      ({ partsDone, parts }) => line.show(`fetching: part ${Math.min(partsDone + 1, parts)} of ${parts}`),
      signal,
    )
    .finally(() => line.clear());
  if (before.has(stored.id) && !flags.activate) {
    if (flags.json) console.log(JSON.stringify({ id: stored.id, already: true }));
    else console.log(`${stored.id} is here already, ${stored.active ? 'and active' : 'and not active'}.`);
    return 0;
  }
  const judging = judgingArguments(flags.folder, stored.id, await flags.findBase(stored.manifest.base.sha256));
  if (flags.activate) return await evalCommand.run([...judging, ...(flags.json ? ['--json'] : [])], signal);
  if (flags.json) console.log(JSON.stringify({ id: stored.id }));
  else
    console.log(
      `${stored.id} was downloaded and is not active. To measure it on your files and activate it if it passes, run: repotune eval ${judging.map((word) => quoted(word)).join(' ')}`,
    );
  return 0;
}

async function verify(
  share: TeamShare,
  wanted: string | undefined,
  { json }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const offer = await share.verify(required(wanted, 'name an adapter'), signal);
  if (json)
    console.log(
      JSON.stringify({
        id: offer.version.id,
        signature: offer.signature,
        warning: offer.warning,
        newAuthor: offer.newAuthor,
      }),
    );
  else console.log(offerText(offer));
  return 0;
}

async function prune(share: TeamShare, _: string | undefined, flags: Flags, signal: AbortSignal): Promise<number> {
  const { keep, olderThanDays, unusable, json } = flags;
  if (keep === undefined && olderThanDays === undefined && !unusable)
    throw new UsageError(
      'name what to delete: --keep n, --older-than days, or both, and --unusable for what nobody can use',
    );
  const rule = {
    ...(keep === undefined ? {} : { keep }),
    ...(olderThanDays === undefined ? {} : { olderThanDays }),
    unusable,
  };
  const planned = await share.prune(rule, { dryRun: true, nowMs: Date.now() }, signal);
  const names = (result: PruneResult): string[] => [...result.versions, ...result.unusable].map(({ id }) => id);
  const asked = names(planned).join(', ') || 'unfinished uploads';
  for (const { id, problem } of planned.unusable) console.error(`${id} cannot be used: ${problem}`);
  const doIt =
    !flags.dryRun &&
    names(planned).length + planned.orphans.length > 0 &&
    (flags.yes || (await ask(`Delete ${asked} at ${share.remote.name}?`)));
  const gone = doIt ? await share.prune(rule, { dryRun: false, nowMs: Date.now(), shown: planned }, signal) : planned;
  const orphanParts = gone.orphans.length;
  if (json)
    console.log(
      JSON.stringify({
        deleted: doIt,
        versions: gone.versions.map(({ id }) => id),
        unusable: gone.unusable.map(unusableJson),
        orphanParts,
      }),
    );
  else console.log(prunedText(names(gone), orphanParts, doIt));
  return 0;
}

export function prunedText(versions: readonly string[], orphanParts: number, done: boolean): string {
  const parts = orphanParts === 1 ? '1 part of an unfinished upload' : `${orphanParts} parts of unfinished uploads`;
  const gone = [...versions, ...(orphanParts === 0 ? [] : [parts])];
  if (gone.length === 0) return 'There is no version to delete.';
  return `${done ? 'Deleted' : 'Would delete'}: ${gone.join(', ')}`;
}

/** Shows the offer, then asks; `--yes` consents in advance. */
async function consent(offer: Offer, { yes, trustAuthor }: Flags): Promise<boolean> {
  console.error(offerText(offer));
  if (offer.newAuthor && !trustAuthor)
    return await ask(`Download this adapter, the first one from ${offer.version.author.name}?`, '--trust-author');
  return yes || trustAuthor || (await ask('Download it?'));
}

/** If the base is not here: offers to download it, if a download with its hash is known. */
async function offerBase(
  library: ModelLibrary,
  bases: Bases,
  base: Manifest['base'],
  yes: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const known = await bases.download(base, {}, signal);
  if (known === null) return null;
  const { entry, bytes } = known;
  if (entry.licenseNote) console.error(`${entry.title}: ${entry.licenseNote}`);
  if (!yes && !(await ask(`It needs ${entry.title}, which is not on this machine. Download ${megabytes(bytes)}?`)))
    return null;
  const line = new StatusLine(process.stderr);
  const outcome = await library
    .get(entry, {
      signal,
      onProgress: (done, total) => line.show(`${entry.file} ${megabytes(done)} of ${megabytes(total)}`),
    })
    .finally(() => line.clear());
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  return outcome.kind === 'cancelled' ? null : outcome.path;
}
