/** The words by which a file's head reserves it from training, in a licence header or as a mark of its own. */
import { linear } from '../secrets/linear.ts';

const HEAD = 2000;

/** A new line of a comment, which may come between any two words. */
const BREAK = /\s*\n[\s*#/;%"'-]*/g;

const MODEL =
  '(?:ai|a\\.i\\.|gen(?:erative[- ])?ai|artificial[- ]intelligence|machine[- ]learning|ml|llms?|(?:language|foundation|generative|neural)[- ](?:models?|networks?))';
const TRAINING = '(?:train(?:ing|ed)?)';
const EITHER = `(?:\\b${TRAINING}\\b[^.;]{0,60}\\b${MODEL}\\b|\\b${MODEL}\\b[^.;]{0,40}\\b${TRAINING}\\b)`;
const REFUSED = '(?:use|used|using|licen[cs]ed|permitted|allowed|authori[sz]ed|available|granted|permission|consent)';

/** Matched in linear time: a file's author chooses its words. */
const MARKS = [
  // Do not use this to train language models; not licensed for AI training
  `\\b(?:not|never|no|don't|without)\\b[^.;]{0,40}\\b${REFUSED}\\b[^.;]{0,120}${EITHER}`,
  // Training AI on this file is forbidden
  `${EITHER}[^.;]{0,80}\\b(?:(?:is|are) (?:strictly |expressly )?(?:prohibited|forbidden)|not (?:permitted|allowed|licen[cs]ed))\\b`,
  `\\b(?:prohibited|forbidden)\\b[^.;]{0,60}${EITHER}`,
  // Marks of their own
  `(?:^|[\\s@#:,])no-?ai(?:-training)?(?:$|[\\s.,;])|\\bdo-not-train\\b`,
  `\\bai[-_ ]train(?:ing)?\\s*[:=]\\s*["']?(?:no|n|false|disallow(?:ed)?|den(?:y|ied)|prohibited)\\b`,
].map((source) => linear(source, { ignoreCase: true }));

export function isNotForTraining(text: string): boolean {
  const head = text.slice(0, HEAD);
  if (!/train|no-?ai/i.test(head)) return false;
  const flat = head.replace(BREAK, ' ');
  return MARKS.some((mark) => mark.test(flat));
}
