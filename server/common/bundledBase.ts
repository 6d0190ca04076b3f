/** What is said of the bundled base, wherever a person meets it. Pure. */

/** In a list, behind its name. */
export const BUNDLED_USE = 'enough to try Repotune at once and offline, too small for daily work';

/** A sentence. */
export const BUNDLED_BASE = `The bundled base has 8 million parameters: ${BUNDLED_USE}.`;
