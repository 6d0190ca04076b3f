/**
 * How many tokens a model's own tokenizer makes of code that {@link estimateTokens} counts as one. A vocabulary of 150 thousand has single
 * tokens for words that a small one spells out: by the estimate alone, its prompts would use three fifths of the tokens there is time to
 * read.
 */
import type { CompletionEngine, LoadedEngine, ModelInfo } from '../engine/types.ts';
import { budgetFor, estimateTokens, type PromptBudget } from './budget.ts';

/** Code denser than the sample is common, and a prompt that turns out too long is built twice. */
const MARGIN = 1.05;
/** Range of all tokenizers of code models; outside of it, the sample is not representative. */
const BOUNDS = { least: 0.5, most: 1.2 } as const;

const SAMPLE = `
def read_entries(path: Path, limit: Optional[int] = None) -> list[Entry]:
    """Reads at most \`limit\` entries, skipping the ones that are marked as removed."""
    entries = []
    with open(path, encoding="utf-8") as handle:
        for line_number, line in enumerate(handle):
            if not line.strip() or line.startswith("#"):
                continue
            entries.append(Entry.from_json(line, source=f"{path}:{line_number}"))
    return entries[:limit] if limit is not None else entries

export async function fetchUser(id: string, { signal }: RequestOptions = {}): Promise<User | null> {
  const response = await fetch(\`\${baseUrl}/users/\${encodeURIComponent(id)}\`, { headers, signal });
  if (response.status === 404) return null;
  const body: unknown = await response.json();
  return userSchema.parse(body);
}

func (s *Server) handleUpload(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[r.FormValue("name")] = time.Now()
}

public final class RetryPolicy {
    private final Duration maxDelay;

    @Override
    public boolean shouldRetry(int attempt, Throwable cause) {
        return attempt < MAX_ATTEMPTS && !(cause instanceof InterruptedException);
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.input.get(self.offset..)?;
        match rest.chars().next()? {
            '(' | ')' => Some(Ok(self.single())),
            c if c.is_alphabetic() => self.word(),
            c => Some(Err(ParseError::Unexpected { found: c, at: self.offset })),
        }
    }
}
`;

/** Token budget of a completion's prompt. */
export async function servedBudget({ engine, model }: LoadedEngine): Promise<PromptBudget> {
  return { ...budgetFor(model.contextLength), tokensPerEstimate: await tokensPerEstimate(engine, model) };
}

const known = new WeakMap<ModelInfo, Promise<number>>();

/** The model's tokens per estimated one; 1 if the engine does not answer: an estimate is no reason to fail. */
export async function tokensPerEstimate(engine: Pick<CompletionEngine, 'tokenize'>, model: ModelInfo): Promise<number> {
  const asked = known.get(model) ?? measure(engine);
  known.set(model, asked);
  try {
    return await asked;
  } catch {
    known.delete(model);
    return 1;
  }
}

async function measure(engine: Pick<CompletionEngine, 'tokenize'>): Promise<number> {
  const [tokens] = await engine.tokenize([SAMPLE]);
  const ratio = (MARGIN * tokens!.length) / estimateTokens(SAMPLE);
  return Math.min(BOUNDS.most, Math.max(BOUNDS.least, ratio));
}
