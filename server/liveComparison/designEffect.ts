/** Sums of one figure over suggestions, and over the documents that contain them. */
export interface ByDocument {
  readonly suggestions: number;
  readonly value: number;
  readonly valueSquared: number;
  /** Documents with a suggestion. */
  readonly documents: number;
  /** Sums over documents: of the squared number of suggestions, of the squared value, and of their product. */
  readonly suggestionsSquared: number;
  readonly valueOfDocumentSquared: number;
  readonly suggestionsValue: number;
}

/**
 * How many suggestions carry as much information as one: those in a document are alike, and documents differ, e.g. tests from prose (Kish
 * 1965, 8.2; computed from individual pairs in `evaluation/bootstrap.ts`). Each group is compared with its own mean. At least 1, and 1 if
 * nothing can be estimated.
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

/** Correction for a sample of this size whose mean was estimated too. */
function among(count: number): number {
  return count / (count - 1);
}
