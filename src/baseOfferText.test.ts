import { expect, it } from 'vitest';
import { describeOffer, describePreparing, type Offered } from './baseOfferText.ts';

const offer: Offered = {
  kind: 'offer',
  id: 'coder',
  title: 'Coder 0.5B',
  path: null,
  fileBytes: 531e6,
  partBytes: 0,
  license: 'Apache-2.0',
  host: 'hub.example',
  tokensPerSecond: 36.2,
  suggestionMs: 470,
  device: 'the CPU',
  minutes: 11,
};

it('says what it costs to get the base, and what to expect of it', () => {
  const { question, detail, accept } = describeOffer(offer);
  expect(question).toBe('Tune Coder 0.5B instead of the bundled base?');
  expect(detail.split('\n').slice(2)).toEqual([
    'Download: 531 MB from hub.example, 1.5 minutes at 50 Mbit/s',
    'Licence: Apache-2.0',
    'Suggestions: about 36 tokens/s, 0.5 s for a line, on the CPU',
    'This tune: about 11 minutes, and you can keep working',
  ]);
  expect(detail).toContain('too small for daily work');
  expect(accept).toBe('Download and Tune');
});

it.each<[string, Partial<Offered>, RegExp]>([
  [
    'only the missing rest of a download',
    { partBytes: 500e6 },
    /Download: the remaining 31 MB of 531 MB from hub\.example, less than a minute/,
  ],
  ['that a local base needs no download', { path: '/models/coder.gguf' }, /Already on this machine/],
  ['hours where it takes hours', { minutes: 150 }, /This tune: about 2\.5 hours/],
  ['a slow base as slow', { tokensPerSecond: 7.84, suggestionMs: 1240 }, /about 7\.8 tokens\/s, 1\.2 s for a line/],
])('tells %s', (_, changed, expected) => {
  expect(describeOffer({ ...offer, ...changed }).detail).toMatch(expected);
});

it('offers to use a local file without a download', () => {
  expect(describeOffer({ ...offer, path: '/models/coder.gguf' }).accept).toBe('Use It and Tune');
});

it('says what preparing a base reads and takes', () => {
  const { question, detail, accept } = describePreparing('Coder 0.5B', {
    completes: true,
    minutes: 5,
    mostMinutes: 5,
  });
  expect(question).toBe('Prepare Coder 0.5B?');
  expect(detail).toContain('none of your code is read');
  expect(detail).toContain('about 5 minutes, once, and you can keep working; closing the window ends it');
  expect(detail).toContain('The prepared base completes wherever you have no adapter');
  expect(accept).toBe('Prepare');
});

it('promises no better completions where a base ends them well by itself', () => {
  const { detail } = describePreparing('Coder 0.5B', { completes: false, minutes: 5, mostMinutes: 5 });
  expect(detail).toContain('Reports of tunes then tell what is knowledge of your repository.');
  expect(detail).not.toContain('The prepared base completes');
});

it('says what preparing a base may take on a slow machine', () => {
  expect(describePreparing('Coder 7B', { completes: true, minutes: 5, mostMinutes: 40 }).detail).toContain(
    '5 minutes, or up to 40 minutes on a slow machine, once',
  );
});
