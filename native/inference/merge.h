#pragma once
// An adapter merged into its base: W + scale * alpha / rank * B A. Serving it costs nothing over the base alone (unmerged, every linear
// becomes three products).
#include <string>

#include "inference/gguf_check.h"

namespace repotune::inference {

/**
 * Whether most of the base's bytes have a type that keeps the adapter when the sum is rounded to it: eight bits and more do (held-out loss
 * of the merged bundled base within 0.1 % of the unmerged). Their neighbours of fewer bits become Q8_0, since four or five bits round a
 * small delta away: an example is Gemma 3 270M (Q4_K_M), two thirds of it a Q8_0 embedding.
 */
bool merge_keeps_adapter(const GgufSummary& base);

/** Bytes by which base and adapter as one model exceed the base. Throws UserError if the adapter was made for another. */
size_t merged_growth(const std::string& base_path, const std::string& adapter_path);

/** What a device takes for a token, and what merging would change. */
struct MergingCost {
  double base_ms;
  /** With the adapter unmerged. */
  double beside_ms;
  size_t growth_bytes;
  /** The device's; 0: unknown. */
  double bytes_per_second;
};

/** Whether reading the wider weights takes less time than the unmerged adapter's kernels. If unknown: yes, as on most GPUs. */
bool merging_pays(const MergingCost& cost);

struct MergeRequest {
  std::string base_path;
  std::string adapter_path;
  float scale;
  /** Folder of merged files; the two most recently used are kept. */
  std::string folder;
  /** The device that computes the sums; "": the CPU. */
  std::string device;
  /** Begins the file's name, so that it can be deleted with its adapter. */
  std::string id;
};

/** The merged model's path: from the folder, or made now (written to a temporary file, then renamed). Throws UserError on failure. */
std::string merged_model(const MergeRequest& request);

struct MergedExport {
  std::string base_path;
  std::string adapter_path;
  float scale;
  std::string target_path;
  /** `repotune.prompt_format` of the model, for whoever prompts it; "": as in the base. */
  std::string prompt_mark;
};

/**
 * Writes base and adapter as one model, to a temporary file that is then renamed. Changed weights of fewer than eight bits, which could
 * round the adapter away, become Q8_0 (F16 where rows do not divide into its blocks); all others keep their type. Throws UserError.
 */
void export_merged(const MergedExport& request);

}  // namespace repotune::inference
