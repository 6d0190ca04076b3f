/** The words by which a file's head reserves it from training, in a licence header or as a mark of its own. */
import { linear } from '../secrets/linear.ts';

const HEAD = 2000;

/** A new line of a comment, which may come between any two words. */
const BREAK = /\s*\n[\s*#/;%"'-]*/g;
/** The lines before the first of code. */
const OPENING = /^(?:[ \t]*(?:#|\/[/*]|\*|--|;|%|"""|'''|<!|<\?php|\{-|\(\*|'use |"use )[^\n]*\n?|[ \t\r]*\n)*/;
/** A text in quotes or a block comment, with all its lines, after blanks and lines of comment: one way to read each, in linear time. */
const DOCSTRING = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?:"""[^"]*"""|'''[^']*'''|\/\*[^*]*\*\/|<!--[^-]*-->)/;

const MODEL =
  '(?:ai|a\\.i\\.|gen(?:erative[- ])?ai|artificial[- ]intelligence|machine[- ]learning|ml|llms?|(?:language|foundation|generative|neural)[- ](?:models?|networks?))';
const TRAINING = '(?:train(?:ing|ed)?|fine-?tun(?:e|ed|ing))';
const EITHER = `(?:\\b${TRAINING}\\b[^.;]{0,60}\\b${MODEL}\\b|\\b${MODEL}\\b[^.;]{0,40}\\b${TRAINING}\\b)`;
const REFUSED = '(?:use|used|using|licen[cs]ed|permitted|allowed|authori[sz]ed|available|granted|permission|consent)';
const FORBIDDEN = '(?:prohibited|forbidden|disallowed|not (?:permitted|allowed|licen[cs]ed|authori[sz]ed))';
/** What a head can mean by itself. */
const THIS =
  '(?:this|these|the) (?:files?|code|sources?|repository|software|work|module|project|text|contents?|program)';
const END = '(?:\\s*[.;,!:)]|\\s*$|\\s+(?:of|on|or|without|use|purposes))';

/** Anywhere in the head. Matched in linear time: a file's author chooses its words. */
const MARKS = patterns([
  // Do not use this to train language models; not licensed for AI training
  `\\b(?:not|never|no|don't|without)\\b[^.;]{0,40}\\b${REFUSED}\\b[^.;]{0,120}${EITHER}`,
  // Training AI on this file is forbidden
  `${EITHER}[^.;]{0,80}\\b(?:(?:is|are) (?:strictly |expressly )?(?:prohibited|forbidden)|not (?:permitted|allowed|licen[cs]ed))\\b`,
  `\\b(?:prohibited|forbidden)\\b[^.;]{0,60}${EITHER}`,
  // Marks of their own
  `(?:^|[\\s@#:,])no-?ai(?:-training)?(?:$|[\\s.,;])|\\bdo-not-train\\b`,
  `\\bai[-_ ]train(?:ing)?\\s*[:=]\\s*["']?(?:no|n|false|disallow(?:ed)?|den(?:y|ied)|prohibited)\\b`,
  `\\btdm-reservation\\s*[:=]\\s*["']?1\\b`,
]);

/** In the comments that open a file: further down, programs that train models say such things of their own data. */
const OPENING_MARKS = patterns([
  // No AI training; exclude from AI training; opt-out: machine learning
  `\\b(?:no|not for|excluded? from|opt(?:ed)?[- ]out(?: (?:of|from)|:)?) (?:any )?${MODEL}(?:[- ](?:model )?${TRAINING})?${END}`,
  `\\b${EITHER} (?:strictly |expressly )?${FORBIDDEN}`,
  // Do not train on this file; never train models on this code
  `\\b(?:do not|don't|never|must not|may not|shall not) (?:be used to )?${TRAINING}\\b[^.;]{0,40}\\b(?:on|with|from) (?:${THIS}\\b|(?:this|it)${END})`,
  // Do not use as training data; use of this module as training data is forbidden
  `\\b(?:do not|don't|not to be|may not be|must not be|shall not be) used?(?: ${THIS}| it| this)? (?:as|for) (?:${MODEL} )?training data\\b`,
  `\\b${THIS}\\b[^.;]{0,30} as (?:${MODEL} )?training data\\b[^.;]{0,40}\\b${FORBIDDEN}`,
  // Not licensed for machine learning
  `\\bnot (?:to be used|licen[cs]ed|permitted|authori[sz]ed) (?:for|to) (?:use in |the use of )?${MODEL}(?:[- ](?:use|purposes|training))?(?:\\s*[.;,!:)]|\\s*$)`,
  // Text and data mining is reserved (Directive (EU) 2019/790, article 4)
  `\\b(?:text[- ]and[- ]data[- ]mining|tdm)\\b[^;]{0,100}\\b(?:reserved|${FORBIDDEN})`,
  `\\b(?:reserv(?:e|es|ed|ing)|${FORBIDDEN})\\b[^;]{0,120}\\b(?:text[- ]and[- ]data[- ]mining|tdm)\\b`,
  // This must not be fed to an LLM; language models may not learn from it; LLMs: keep out
  `\\b(?:must|may|should|shall) not be (?:fed|given|sent|shown|submitted) (?:in)?to (?:an? |any )?${MODEL}\\b`,
  `\\b${MODEL}\\b[^.;]{0,60}\\b(?:may|must|shall) not (?:learn|train|be trained)\\b`,
  `\\b${MODEL}\\b:? (?:must |should )?keep out\\b|\\bnot for ingestion by ${MODEL}\\b`,
  `(?:^|[\\s@#:,])no-?train(?:ing)?(?:$|[\\s.,;])`,
  // Other languages
  '\\bKI-?\\s?(?:Training|Modelle?)\\b[^.;]{0,60}(?:untersagt|verboten|nicht (?:gestattet|erlaubt|zulässig))',
  '\\b(?:nicht|untersagt|verboten)\\b[^.;]{0,60}\\b(?:training|trainieren)\\b[^.;]{0,40}\\b(?:KI|Sprachmodell)',
  '\\b(?:nicht|untersagt|verboten)\\b[^.;]{0,60}\\b(?:KI|Sprachmodell)[^.;]{0,40}\\b(?:training|trainieren|trainiert)\\b',
  "(?:interdit|ne (?:doit|peut|doivent|peuvent) pas)[^.;]{0,80}entra[iî]n[^.;]{0,60}(?:\\bIA\\b|d'IA|intelligence artificielle|modèles? de langage)",
  "entra[iî]n[^.;]{0,60}(?:\\bIA\\b|d'IA|intelligence artificielle|modèles? de langage)[^.;]{0,60}(?:interdit|pas autorisé)",
  '(?:prohibid[oa]|no (?:se )?(?:permite|puede|debe|usar|utilizar))[^.;]{0,80}entren(?:ar|amiento)[^.;]{0,60}(?:\\bIA\\b|inteligencia artificial|modelos de lenguaje)',
  'entren(?:ar|amiento)[^.;]{0,60}(?:\\bIA\\b|inteligencia artificial|modelos de lenguaje)[^.;]{0,60}(?:prohibido|no (?:está )?permitido)',
  '(?:proibid[oa]|não (?:pode|deve|usar|é permitido))[^.;]{0,80}(?:treinar|treinamento)[^.;]{0,60}(?:\\bIA\\b|inteligência artificial|modelos de linguagem)',
  '(?:禁止|严禁|嚴禁|不得|请勿|請勿|不允许)[^。；]{0,20}(?:用|使用|将)[^。；]{0,20}(?:训练|訓練)',
  '(?:AI|人工知能|機械学習|言語モデル)[^。]{0,20}(?:学習|訓練)[^。]{0,20}(?:禁止|禁じ|使用しないで|利用しないで|不可)',
  '(?:запрещен[оа]?|запрещён|не разрешается|нельзя)[^.;]{0,60}обуч[^.;]{0,40}(?:ИИ|нейросет|языков|искусственн)',
]);

/** A line of its own: within a sentence it is about a part of a model. */
const DO_NOT_TRAIN = /^(?:please )?(?:do not|don't|never) train[.!]?$/i;

export function isNotForTraining(text: string): boolean {
  const head = text.slice(0, HEAD);
  const opening = openingOf(head);
  const flat = head.replace(BREAK, ' ');
  if (/train|tun(?:e|ing)|no-?ai|tdm/i.test(head) && MARKS.some((mark) => mark.test(flat))) return true;
  if (opening === '') return false;
  // Its own marks of comments are no words.
  const words = opening.replace(/^[\s*#/;%"'<!({-]+/, '').replace(/[\s*/"')}>-]+$/, '');
  if (words.split(BREAK).some((line) => DO_NOT_TRAIN.test(line))) return true;
  return OPENING_MARKS.some((mark) => mark.test(words.replace(BREAK, ' ')));
}

/** The comments before any code. */
function openingOf(head: string): string {
  const quoted = DOCSTRING.exec(head)?.[0] ?? '';
  const lines = OPENING.exec(head)?.[0] ?? '';
  return quoted.length > lines.length ? quoted : lines;
}

function patterns(sources: readonly string[]) {
  return sources.map((source) => linear(source, { ignoreCase: true }));
}
