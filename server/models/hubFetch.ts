/** Requests to a hub other than for files. Its answers are read in full, and may be anybody's: a mirror's, or a sign-in page in between. */
import * as z from 'zod';
import { boundedText } from '../common/boundedText.ts';
import { parseJson } from '../common/parseJson.ts';
import { FinalError } from '../downloads/part.ts';
import { proxiedFetch } from '../downloads/proxiedFetch.ts';
import type { Fetch } from '../downloads/undiciFetch.ts';
import type { ProxySettings } from '../protocol/models.ts';

/** A page of a thousand files takes half a MB. */
const MOST_ANSWER_BYTES = 16 * 2 ** 20;
/** Pages per look-up. */
const MOST_PAGES = 50;

const object = z.looseObject({});
const shapes = { list: z.array(object), object } as const;

/** For one look-up. Accepts only JSON of that shape and of bounded size; anything else is an error that says so. */
export function hubFetch(shape: keyof typeof shapes, settings: ProxySettings, signal: AbortSignal | undefined): Fetch {
  const fetch = proxiedFetch(settings);
  let pages = 0;
  return async (input, init) => {
    if (++pages > MOST_PAGES) throw new FinalError('the server sends pages without end');
    const response = await fetch(input, signal ? { ...init, signal } : init);
    const { status, ok } = response;
    if (!ok) {
      await response.body?.cancel();
      throw new FinalError(`the server answered ${status}`, status);
    }
    // The limit applies to the unpacked size, not to the transfer.
    const text = await boundedText(
      response.body ?? [],
      MOST_ANSWER_BYTES,
      () => new FinalError(`the server answers with more than ${MOST_ANSWER_BYTES} bytes`),
    );
    if (!shapes[shape].safeParse(parseJson(text)).success)
      throw new FinalError('its answer cannot be understood: is a sign-in page in between?');
    const link = response.headers.get('link');
    return new Response(text, { status, headers: link === null ? {} : { link } });
  };
}
