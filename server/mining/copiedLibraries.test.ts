import { expect, it } from 'vitest';
import { copiedRule } from './copiedLibraries.ts';
import { ScratchRepository } from './testing.ts';

const COPIED = 'vendored or built';

it.each<[string, string[], Record<string, string | undefined>]>([
  ['beside a Podfile', ['ios/Podfile'], { 'ios/Pods/Lib/a.ts': COPIED, 'web/Pods/a.ts': undefined }],
  [
    'with a licence of its own, and whatever lies deeper in it',
    ['deps/zlib/LICENSE', 'src/External/fmt/licence.md', 'bundled/a/b/COPYING.txt', 'web/vendors/one/LICENSE'],
    {
      'deps/zlib/a.c': COPIED,
      'deps/zlib/contrib/deep/a.c': COPIED,
      'src/External/fmt/a.cc': COPIED,
      'bundled/a/b/c.ts': COPIED,
      'bundled/a/own.ts': undefined,
      'web/vendors/one/a.js': COPIED,
      'shop/vendors/payments/a.py': undefined,
      'deps/own/a.c': undefined,
      'deps/list.c': undefined,
    },
  ],
  [
    'not because of a README, of the licence beside all of them, or of a licence elsewhere',
    ['deps/own/README.md', 'extern/LICENSE', 'packages/one/LICENSE', 'deps/two/licenses.ts'],
    {
      'deps/own/a.ts': undefined,
      'extern/a/a.ts': undefined,
      'packages/one/a.ts': undefined,
      'deps/two/a.ts': undefined,
    },
  ],
])('a library is recognized %s', (_, files, expected) => {
  using scratch = new ScratchRepository({ git: false });
  for (const file of files) scratch.write(file, '');
  const rule = copiedRule(scratch.root);
  expect(Object.fromEntries(Object.keys(expected).map((path) => [path, rule(path)]))).toEqual(expected);
});
