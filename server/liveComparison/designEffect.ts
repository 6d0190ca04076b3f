/** Sums over suggestions of one figure of each, and over the documents that they stand in. */
export interface ByDocument {
  readonly suggestions: number;
  readonly value: number;
  readonly valueSquared: number;
  /** With a suggestion. */
  readonly documents: number;
  /** Over documents: of their suggestions squared, of their value squared, and of the product of both. */
  readonly suggestionsSquared: number;
  readonly valueOfDocumentSquared: number;
  readonly suggestionsValue: number;
}

/**
 * How many suggestions say as little as one: those of a document are alike, and one where somebody writes tests is unlike one where they
 * write prose (Kish 1965, 8.2; as `evaluation/bootstrap.ts` reckons it from single pairs). Each group is looked at beside its own mean. At
 * least 1, and 1 where nothing can be told of it.
 */
export function designEffect(groups: readonly ByDocument[]): number {
  let [ofDocuments, ofSuggestions] = [0, 0];
  for (const group of groups) {
    const { suggestions, value, valueSquared, documents } = group;
    if (documents < 2) return 1;
    const mean = value / suggestions;
    const between =
      group.valueOfDocumentSquared - 2 * mean * group.suggestionsValue + mean ** 2 * group.suggestionsSquared;
    ofDocuments += between * among(documents);
    ofSuggestions += (valueSquared - suggestions * mean ** 2) * among(suggestions);
  }
  return ofSuggestions > 0 ? Math.max(1, ofDocuments / ofSuggestions) : 1;
}

/** Of so many drawn ones, by which their mean was found too. */
function among(count: number): number {
  return count / (count - 1);
}
