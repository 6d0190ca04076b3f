import { expect } from 'vitest';
import { ownFindings } from '../own.ts';
import { hosted, remaining } from './remaining.ts';

/** `«…»` marks what must be removed from some lines; the lines around them must stay. */
export function expectFound(marked: string): void {
  const secrets = [...marked.matchAll(/«(.*?)»/g)].map(([, secret]) => secret as string);
  const text = hosted(marked.replace(/[«»]/g, ''));
  const left = remaining(text, ownFindings(text));
  expect(secrets.filter((secret) => left.includes(secret))).toEqual([]);
  expect(left).toContain('return items.length;');
}

export function expectLetPass(lines: string): void {
  expect(ownFindings(hosted(lines))).toEqual([]);
}
