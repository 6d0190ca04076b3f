export { type ContextQuery, contextFor, similarCode } from './context.ts';
export { entryOf, type IndexEntry, RetrievalIndex } from './retrievalIndex.ts';
