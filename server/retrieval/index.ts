export { type ContextQuery, contextFor, similarCode } from './context.ts';
export { type IndexedFile, RetrievalIndex } from './retrievalIndex.ts';
