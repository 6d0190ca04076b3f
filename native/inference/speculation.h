#pragma once
// Guesses the next tokens without a draft model: what followed the same few tokens earlier, in the prompt, in what was
// generated, or in recent completions (prompt lookup decoding, Saxena 2023). A guess is verified by evaluating it in one
// batch with the token before it.
#include <llama.h>

#include <deque>
#include <vector>

namespace repotune::inference {

class Speculation {
public:
    /** Starts a completion behind `prompt`. */
    void begin(const std::vector<llama_token>& prompt);
    /** A token was generated. */
    void push(llama_token token) { text_.push_back(token); }
    /** The tokens that probably follow; often none. */
    std::vector<llama_token> guess() const;
    /** How a guess of `guessed` tokens did. */
    void judged(int guessed, int right);
    /** Ends the completion: its tokens are remembered for later ones. */
    void end();

private:
    std::vector<llama_token> text_;
    size_t prompt_length_ = 0;
    std::deque<std::vector<llama_token>> recent_;
    /** Share of guessed tokens that were right, lately. */
    double hit_rate_ = 0.7;
};

}  // namespace repotune::inference
