export { type ContextQuery, contextFor } from './context.ts';
export { type IndexedFile, RetrievalIndex } from './retrievalIndex.ts';
