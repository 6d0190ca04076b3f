/** Schemas that check the parameters of every request on arrival; unknown fields are dropped. */
import * as z from 'zod';
import {
  CLUSTER_DEVICES,
  type CursorRestsParams,
  type NextEditParams,
  type NextEditPartlyAccepted,
  type NextEditTold,
  type NoParams,
  type RequestName,
  type RequestParams,
} from '../protocol/index.ts';

const text = z.string().min(1);

/** Accepts anything. */
const nothing = z.unknown().transform((): NoParams => ({}));
const inFolder = z.object({ folder: text.exactOptional() });
const ofAdapter = inFolder.extend({ adapterId: text });
const place = inFolder.extend({ glob: text.exactOptional(), language: text.exactOptional() });
const ofLearnedFile = inFolder.extend({ path: text.max(4096) });
const ofRun = z.object({ runId: text.exactOptional() });
const ofInterrupted = inFolder.extend({ runId: text });
const proxySettings = { proxy: z.string().exactOptional(), noProxy: z.array(z.string()).exactOptional() };
const preset = z.enum(['quick', 'balanced', 'thorough']);
const ofModel = z.object({ id: text });
const ofBackend = z.object({ backend: text });
const ofSubmission = inFolder.extend({ submission: text });
const share = z.object({ folder: text, remote: text, signatures: z.enum(['require', 'warn', 'off']) });
const ofShared = share.extend({ id: text });

type ParamSchemas = { readonly [Name in RequestName]: z.ZodType<RequestParams<Name>> };

export const paramSchemas: ParamSchemas = {
  chooseFolder: z.object({ folder: text }),
  state: nothing,
  document: z.object({ uri: text, languageId: text }),
  explain: z.object({ uri: text, languageId: text, offset: z.int().nonnegative() }),
  statistics: nothing,
  clearStatistics: nothing,
  preview: inFolder,
  tune: inFolder.extend({
    preset: preset.exactOptional(),
    minutes: z
      .number()
      .positive()
      .max(24 * 60)
      .exactOptional(),
    continueFrom: text.exactOptional(),
    anyway: z.boolean().exactOptional(),
  }),
  continueRun: ofInterrupted,
  discardRun: ofInterrupted,
  stop: ofRun,
  pause: ofRun.extend({ paused: z.boolean() }),
  doctor: inFolder,

  adapters: inFolder,
  use: inFolder.extend({
    source: z.enum(['base', 'adapter']),
    adapterId: text.exactOptional(),
    force: z.boolean().exactOptional(),
  }),
  rollBack: inFolder,
  report: ofAdapter,
  evaluate: ofAdapter.extend({ activate: z.boolean().exactOptional() }),
  renameAdapter: ofAdapter.extend({ name: z.string() }),
  removeAdapter: ofAdapter,
  compareAdapters: inFolder.extend({ first: text, second: text }),
  lineage: ofAdapter,
  exportAdapter: ofAdapter.extend({ target: text, merged: z.boolean() }),
  importAdapter: inFolder.extend({ source: text, name: text.max(100) }),
  routes: inFolder,
  setRoute: place.extend({ adapter: text.nullable() }),
  removeRoute: place,
  liveComparison: inFolder,
  startLiveComparison: inFolder.extend({ rival: text.nullable(), share: z.number().gt(0).lt(1) }),
  stopLiveComparison: inFolder,

  learning: inFolder,
  pauseLearning: inFolder.extend({ paused: z.boolean() }),
  forgetFile: ofLearnedFile,
  learnFileAgain: ofLearnedFile,
  forgetRecorded: inFolder.extend({ only: z.literal('edits').exactOptional() }),

  models: nothing,
  baseOffer: z.object({ preset: preset.exactOptional() }),
  hubFiles: z.object({ repository: text, ...proxySettings }),
  getModel: ofModel.extend(proxySettings),
  backendOffer: ofBackend,
  getBackend: ofBackend.extend(proxySettings),
  removeModel: ofModel,
  prepareOffer: nothing,
  prepare: nothing,
  unprepare: nothing,

  clusterOffer: inFolder.extend({
    address: text,
    base: z.string(),
    device: z.enum(CLUSTER_DEVICES),
    installed: z.boolean(),
  }),
  clusterDecline: ofSubmission,
  clusterSubmit: ofSubmission.extend({ address: text }),

  shareList: share,
  sharePublish: ofShared,
  shareOffer: ofShared.extend(proxySettings),
  sharePull: ofShared.extend({ commit: text }),
};

const count = z.number().int().nonnegative();

const position = z.object({ line: count, character: count });
const diagnostic = z.object({
  uri: text.exactOptional(),
  range: z.object({ start: position, end: position }),
  message: z.string(),
  severity: z.literal([1, 2, 3, 4]).exactOptional(),
});

const versioned = z.object({ uri: text, version: z.number().int() });
export const cursorRestsParams: z.ZodType<CursorRestsParams> = z.object({ textDocument: versioned, position });
export const nextEditParams: z.ZodType<NextEditParams> = z.object({
  textDocument: versioned,
  position,
  context: z
    .object({ triggerKind: z.literal([1, 2]), diagnostics: z.array(diagnostic).exactOptional() })
    .exactOptional(),
});

const told = z.object({ item: z.object({ command: z.object({ arguments: z.tuple([text], z.unknown()) }) }) });
export const nextEditTold: z.ZodType<NextEditTold> = told.transform(({ item }) => ({
  item: { command: { arguments: [item.command.arguments[0]] as const } },
}));
export const nextEditPartlyAccepted: z.ZodType<NextEditPartlyAccepted> = told
  .extend({ acceptedLength: count })
  .transform(({ item, acceptedLength }) => ({
    item: { command: { arguments: [item.command.arguments[0]] as const } },
    acceptedLength,
  }));

/** The folder a client has chosen already, in its initialization options; null without one. */
export function chosenAtStart(options: unknown): string | null {
  const parsed = inFolder.safeParse(options);
  return (parsed.success ? parsed.data.folder : null) ?? null;
}
