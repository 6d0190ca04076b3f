// Documents of the checkout as they ship: without links to files that do not.
import { posix } from 'node:path';

/** A Markdown link or image. */
const link = /(!?)\[([^\]]*)\]\(([^()\s]+)\)/g;
const note = 'Files that are named without a link are in the source repository.';

/**
 * The text of `path` (relative to the package, with `/`) with links to files that do not ship replaced by their text, and a line at the end
 * that says where these files are. Throws for an image that does not ship: nothing could replace it.
 */
export function keepShippedLinks(path: string, text: string, ships: (file: string) => boolean): string {
  let dropped = false;
  const kept = text.replace(link, (whole, image: string, words: string, target: string) => {
    if (/^([a-z][a-z\d+.-]*:|#)/i.test(target)) return whole;
    const file = posix.join(posix.dirname(path), target.replace(/#.*$/, ''));
    if (ships(file)) return whole;
    if (image !== '') throw new Error(`${path} shows ${file}, which does not ship.`);
    dropped = true;
    return words;
  });
  return dropped ? `${kept.trimEnd()}\n\n${note}\n` : kept;
}
