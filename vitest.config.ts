import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOMS = ['server', 'src', 'webview', 'native/test', 'bench', 'script'];

/**
 * Starting a process costs more than most test files take, so those share two. A process of its own is for what changes it
 * (modules put in another's place, the environment, clocks, a document), for native libraries, for what is timed or whose
 * heap is measured, and for rooms that start others: git from a process that has grown costs twice.
 * script/sharedProcess.ts fails a file that leaves a trace in a shared one.
 */
const OWN_ROOM = /^(bench|native|script|server\/(engine|git|lsp|sharing))\//;
const OWN_PROCESS =
  /\bvi\.(mock|doMock|hoisted|stub|spyOn|useFakeTimers|resetModules)|\bprocess\.(env|chdir|on|once|exit|kill|memoryUsage|stdout|stderr)\b|\bglobalThis\b|\bgc\b|@vitest-environment|Engine\(|\b(excessOf|spawn|fork|execFile|git)\(|Repository|TestClient/;

const files = ROOMS.flatMap((room) => globSync(`${room}/**/*.test.ts`)).map((file) => file.replaceAll('\\', '/'));
const own = files.filter((file) => OWN_ROOM.test(file) || OWN_PROCESS.test(readFileSync(file, 'utf8')));
const shared = files.filter((file) => !own.includes(file));

/** Where no run has timed them, Vitest begins with the largest files; here small ones run a whole check, and would end last. */
class WholeChecksFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications);
    const first = sorted.filter(({ moduleId }) => /\/(bench|native)\//.test(moduleId));
    return [...first, ...sorted.filter((specification) => !first.includes(specification))];
  }
}

export default defineConfig({
  test: {
    // Engine processes and native modules: processes, two at a time on the two cores we plan for.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // Mesa's driver for the processor compiles twice as long as it needs for shaders that few tests run.
    env: { GALLIVM_PERF: 'nopt' },
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
