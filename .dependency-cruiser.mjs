// The diagram of ARCHITECTURE.md as rules: `npm run check:architecture`, and a stage of `npm test`. Types count as imports too.

/** Rooms of server/ that know nothing of models or repositories; each may import those before it. */
const groundFloor = [
  'protocol',
  'common',
  'system',
  'storage',
  'gguf',
  'git',
  'languages',
  'secrets',
  'downloads',
  'backends',
  'edits',
];

/** The data's way, from the repository to a suggestion; each room may import those before it, and the ground floor. */
const rooms = [
  'retrieval',
  'mining',
  'engine',
  'prompt',
  'models',
  'tuning',
  'liveComparison',
  'completion',
  'nextEdit',
  'evaluation',
  'adapters',
  'sharing',
  'versions',
  'runs',
  'cluster',
  'keepTuned',
  'window',
  'doctor',
];

/** What people and editors speak to: imported by nobody but the entries (main.ts, cli.ts and what they are wired with). */
const top = ['commands', 'panel', 'lsp'];

const inRoom = (...names) => `^server/(${names.join('|')})/`;
/** Helpers of tests, beside what they help with. */
const testing = '/testing[A-Za-z]*\\.ts$';
const inOrder = [...groundFloor, ...rooms];

const upward = inOrder.slice(0, -1).map((room, i) => ({
  name: `${room}-imports-nothing-after-it`,
  severity: 'error',
  from: { path: inRoom(room), pathNot: testing },
  to: { path: inRoom(...inOrder.slice(i + 1), ...top) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...upward,
    ...top.map((room) => ({
      name: `${room}-is-on-top`,
      comment: 'Commands, panel and language server use the rooms below; they do not know each other.',
      severity: 'error',
      from: { path: inRoom(...inOrder, ...top), pathNot: [inRoom(room)] },
      to: { path: inRoom(room) },
    })),
    {
      name: 'entries-are-not-imported',
      severity: 'error',
      from: { path: inRoom(...inOrder, ...top), pathNot: '\\.test\\.ts$|/testing\\.ts$' },
      to: { path: '^server/[^/]+\\.ts$' },
    },
    {
      name: 'every-room-is-in-the-list',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^server/[^/]+/', pathNot: inRoom(...inOrder, ...top) },
    },
    {
      name: 'editor-and-panel-know-the-protocol-alone',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '^server/', pathNot: inRoom('protocol', 'common') },
    },
    {
      name: 'the-server-knows-no-editor',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(src|webview)/|^vscode$' },
    },
    {
      name: 'only-the-language-server-speaks-lsp',
      severity: 'error',
      from: { path: inRoom(...inOrder, 'commands', 'panel'), pathNot: [inRoom('protocol'), testing] },
      to: { path: 'vscode-languageserver' },
    },
    {
      name: 'what-ships-needs-no-bench',
      severity: 'error',
      from: { path: '^(server|src|webview)/' },
      to: { path: '^(bench|test|script)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // Tests may import what they like; `using` in them is more than the parser knows.
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] },
  },
};
