// The diagram of ARCHITECTURE.md as rules: `npm run check:architecture`, and a stage of `npm test`. Types count as imports too.

/** Rooms of server/ independent of models and repositories; each may import those before it. */
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

/** The data's path from repository to suggestion; each room may import those before it, and the ground floor. */
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

/** The outward interfaces: imported only by the entry points (main.ts, cli.ts and their wiring). */
const top = ['commands', 'panel', 'lsp'];

const inRoom = (...names) => `^server/(${names.join('|')})/`;
/** Test helpers, beside what they test. */
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
      name: 'no-package-is-imported-late',
      comment:
        'In a bundle, such an import of a CommonJS package has its default export alone, which grammars ask for.',
      severity: 'error',
      from: { path: '^(server|src|webview)/', pathNot: '^server/languages/grammars/' },
      to: { dynamic: true, dependencyTypes: ['npm'] },
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
    // Tests may import anything; and the parser does not know `using`, which they contain.
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] },
  },
};
