/**
 * The layout that editors use with large chat models, for comparison: brief instructions, the recent changes as unified diffs, the
 * surrounding file, and the code to edit between tags (as in vscode-copilot-chat's xtab prompts, restated here in plain text).
 */
import type { EditSituation } from '../../server/edits/situation.ts';
import type { CompleteRequest } from '../../server/engine/types.ts';

const AROUND = 20;
const MOST_CHANGES = 6;

export function copilotLike({ path, lines, region, recent }: EditSituation): Pick<
  CompleteRequest,
  'prompt' | 'stop'
> & {
  answerOf(text: string): string[];
} {
  const from = Math.max(0, region.from - AROUND);
  const to = Math.min(lines.length, region.to + AROUND);
  const code = lines.slice(region.from, region.to).join('\n');
  const diffs = recent
    .slice(-MOST_CHANGES)
    .map(({ path: of, line, before, after }) =>
      [
        `--- ${of}`,
        `+++ ${of}`,
        `@@ -${line + 1},${before.length} +${line + 1},${after.length} @@`,
        ...before.map((text) => `-${text}`),
        ...after.map((text) => `+${text}`),
      ].join('\n'),
    );
  const text = [
    'Predict the next edit of a developer. Rewrite the code between <|code_to_edit|> and <|/code_to_edit|> as the developer would, in the light of the recent edits.',
    'If nothing is to be changed, repeat it as it is.',
    '',
    '<|edit_diff_history|>',
    ...diffs,
    '<|/edit_diff_history|>',
    '',
    `<|current_file_content|> ${path}`,
    ...lines.slice(from, region.from),
    '<|code_to_edit|>',
    code,
    '<|/code_to_edit|>',
    ...lines.slice(region.to, to),
    '<|/current_file_content|>',
    '',
    'The code between the tags after the edit:',
    '<|code_to_edit|>',
    '',
  ].join('\n');
  return {
    prompt: [{ text }],
    stop: ['\n<|/code_to_edit|>', '<|/code_to_edit|>'],
    answerOf: (answer) => answer.replace(/\n$/, '').split('\n'),
  };
}
