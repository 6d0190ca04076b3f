/** How the bundled base is described wherever a user sees it. Pure. */

/** In a list, after its name. */
export const BUNDLED_USE = 'enough to try Repotune at once and offline, too small for daily work';

/** A sentence. */
export const BUNDLED_BASE = `The bundled base has 8 million parameters: ${BUNDLED_USE}.`;
