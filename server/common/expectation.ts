/** Describes what a value should have been. Pure. */
import type * as z from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  record: 'a table',
  object: 'a table',
};

/** Completes "must be", for whoever wrote the value, as the message of a check of our own does. */
export function expectationOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type': {
      const inside = issue.path.length > 0 ? 'one in which everything is ' : '';
      return `${inside}${kinds[issue.expected] ?? issue.expected}`;
    }
    case 'too_small':
      return issue.origin === 'string' ? 'a text that is not empty' : `${issue.minimum} or more`;
    case 'too_big':
      return `${issue.maximum} or less`;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'custom':
      return issue.message;
    default:
      return 'something else';
  }
}

function oneOf(values: readonly string[]): string {
  const [last = '', ...others] = values.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
}

/** Where the value is that is not as it should be, e.g. `base.sha256`. */
export function placeOf({ issues }: z.ZodError): string {
  const path = issues[0]?.path.map(String).join('.').slice(0, 100) ?? '';
  return path === '' ? 'as a whole' : path;
}
