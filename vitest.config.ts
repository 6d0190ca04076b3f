import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOMS = ['server', 'src', 'webview', 'native/test', 'bench', 'script'];

/**
 * Starting a process costs more than most test files take, so those share two. A separate process is for tests that change it (mocked
 * modules, the environment, clocks, a document), for native libraries, for tests that are timed or whose heap is measured, and for rooms
 * that start processes: starting git from a process that has grown costs twice as much. script/sharedProcess.ts fails a file that leaves a
 * trace in a shared process.
 */
const OWN_ROOM = /^(bench|native|script|server\/(engine|git|lsp|sharing))\//;
const OWN_PROCESS =
  /\bvi\.(mock|doMock|hoisted|stub|spyOn|useFakeTimers|resetModules)|\bprocess\.(env|chdir|on|once|exit|kill|memoryUsage|stdout|stderr)\b|\bglobalThis\b|\bgc\b|@vitest-environment|Engine\(|\b(excessOf|spawn|fork|execFile|git)\(|Repository|TestClient/;

const files = ROOMS.flatMap((room) => globSync(`${room}/**/*.test.ts`)).map((file) => file.replaceAll('\\', '/'));
const own = files.filter((file) => OWN_ROOM.test(file) || OWN_PROCESS.test(readFileSync(file, 'utf8')));
const shared = files.filter((file) => !own.includes(file));

/** Without timings from an earlier run, Vitest begins with the largest files; but here small ones run a whole check, and would end last. */
class WholeChecksFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications);
    const first = sorted.filter(({ moduleId }) => /\/(bench|native)\//.test(moduleId));
    return [...first, ...sorted.filter((specification) => !first.includes(specification))];
  }
}

export default defineConfig({
  test: {
    // Forks, because of engine processes and native modules. Three at a time on the two cores we plan for: half of the time they wait, for git
    // and for each other's processes (those of server/sharing take 139 s, and 187 s two at a time).
    globalSetup: 'script/temporaryFolder.ts',
    pool: 'forks',
    maxWorkers: 3,
    // For what hangs: beside twenty busy processes, thirty seconds were too few for tests of the trainer that take two alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // By default Mesa's software driver spends twice as long as necessary compiling shaders that few tests run, and a training that is
    // given some seconds keeps all processors busy. Wider vectors than AVX2's would take it longer to compile.
    env: { GALLIVM_PERF: 'nopt', LP_NATIVE_VECTOR_WIDTH: '256', REPOTUNE_THREADS: '1' },
    projects: [
      { extends: true, test: { name: 'own', include: own, sequence: { groupOrder: 1 } } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: shared,
          isolate: false,
          setupFiles: 'script/sharedProcess.ts',
          sequence: { groupOrder: 0 },
        },
      },
    ],
    sequence: { sequencer: WholeChecksFirst },
  },
});
