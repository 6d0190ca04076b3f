/** Bounds on data from a remote, checked before the bytes are read. */
const MIB = 2 ** 20;

export const PART_BYTES = 16 * MIB;
export const MOST_PARTS = 256;
export const MOST_ADAPTER_BYTES = PART_BYTES * MOST_PARTS;
export const MOST_VERSIONS = 5000;
/** To remove some, so many more can be looked through. */
export const MOST_PRUNABLE = 20 * MOST_VERSIONS;
/** A signature takes a few kilobytes. */
export const MOST_COMMIT_BYTES = 64 * 1024;
/** Characters of an author's name, or address. */
export const MOST_NAME = 200;
export const MOST_ENVELOPE_BYTES = 64 * 1024;
/** Allowed growth of the local object store by one fetch of manifests, or of one part. */
export const MOST_MANIFESTS_FETCH_BYTES = 256 * MIB;
export const MOST_PART_FETCH_BYTES = PART_BYTES + 4 * MIB;
/** By then a remote answers a question, over a slow network too, or from a disk that slept; a silent host would block for good. */
export const ANSWER_SECONDS = 30;
/**
 * Nobody is there any more if nothing has moved for so long: git sends a sign of life every five seconds. A server in between may take a part
 * whole, and need minutes to pass it on.
 */
export const STILL_SECONDS = 180;
/** With less in all that time nothing would ever be finished: a part would take four hours. */
export const LEAST_BYTES_PER_SECOND = 1000;
/** File of the private repository: refs that could not be fetched lately. */
export const UNFETCHABLE = 'unfetchable.json';
/** Above this, the shared store is worth pruning. */
export const LARGE_STORE_BYTES = 1024 * MIB;
